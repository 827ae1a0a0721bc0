package main

import (
	"reflect"

	"tocsin"
)

// An action may change its subject; false drops it.
type action func(p *player, subject object, argument any) bool

func objectIn(subject object, name string) object {
	return tocsin.Event(subject).Object(name)
}

func setPair(subject object, pair any) {
	list := pair.([]any)
	subject[list[0].(string)] = list[1]
}

func putting(name string) action {
	return func(_ *player, subject object, value any) bool {
		subject[name] = value
		return true
	}
}

func puttingIn(name string) action {
	return func(_ *player, subject object, pair any) bool {
		setPair(objectIn(subject, name), pair)
		return true
	}
}

var actions = map[string]action{
	"trace": func(p *player, _ object, label any) bool {
		p.result.Calls = append(p.result.Calls, label)
		return true
	},
	"drop": func(_ *player, _ object, wanted any) bool { return wanted != true },
	"fail": func(_ *player, _ object, wanted any) bool {
		if wanted == true {
			panic("as the vector wants it")
		}
		return true
	},
	"set_level":       putting("level"),
	"set_transaction": putting("transaction"),
	"set_fingerprint": putting("fingerprint"),
	"set_message":     putting("message"),
	"set_tag":         puttingIn("tags"),
	"set_extra":       puttingIn("extra"),
	"set_data":        puttingIn("data"),
	"remove_tag": func(_ *player, subject object, key any) bool {
		delete(objectIn(subject, "tags"), key.(string))
		return true
	},
	"drop_if_tag": func(_ *player, subject object, pair any) bool {
		list := pair.([]any)
		value, has := objectIn(subject, "tags")[list[0].(string)]
		return !has || !reflect.DeepEqual(value, list[1])
	},
	"drop_if_category": func(_ *player, subject object, category any) bool {
		return subject["category"] != category
	},
}

func (p *player) act(steps any, subject object) bool {
	list, _ := steps.([]any)
	for _, step := range list {
		for name, argument := range step.(object) {
			act, known := actions[name]
			if !known {
				giveUp("no such action", name)
			}
			if !act(p, subject, argument) {
				return false
			}
		}
	}
	return true
}

func (p *player) onEvent(steps any) tocsin.EventProcessor {
	return func(event tocsin.Event, _ *tocsin.Hint) tocsin.Event {
		if !p.act(steps, event) {
			return nil
		}
		return event
	}
}

// onCrumb plays actions on the crumb's members and puts back what they may change.
func (p *player) onCrumb(steps any) func(*tocsin.Breadcrumb, *tocsin.Hint) *tocsin.Breadcrumb {
	return func(crumb *tocsin.Breadcrumb, _ *tocsin.Hint) *tocsin.Breadcrumb {
		subject := object{"level": string(crumb.Level), "category": crumb.Category,
			"message": crumb.Message, "data": crumb.Data}
		if crumb.Data == nil {
			delete(subject, "data")
		}
		if !p.act(steps, subject) {
			return nil
		}
		crumb.Level = tocsin.Level(text(subject, "level"))
		crumb.Message = text(subject, "message")
		crumb.Data = member(subject, "data")
		return crumb
	}
}
