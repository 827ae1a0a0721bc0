// Plays vectors through the Go binding's public API: one JSON object a line in, one a line out.
// README.md beside the driver says what they hold.
package main

import (
	"bufio"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"strings"

	"tocsin"
)

type object = map[string]any

type vector struct {
	Name    string
	Options object
	Ops     []object
}

type result struct {
	Statuses  []int             `json:"statuses"`
	Captures  []*tocsin.EventID `json:"captures"`
	Stats     []json.RawMessage `json:"stats"`
	Reads     []*tocsin.EventID `json:"reads"`
	Calls     []any             `json:"calls"`
	Envelopes []string          `json:"envelopes"`
}

// A player is one vector being played.
type player struct {
	client *tocsin.Client
	scopes map[string]*tocsin.Scope
	result result
}

func giveUp(what string, which any) {
	fmt.Fprintf(os.Stderr, "play_go: %s: %v\n", what, which)
	os.Exit(2)
}

func (p *player) optionsOf(wanted object) tocsin.Options {
	options := tocsin.Options{Transport: "pull", DisableDefaultIntegrations: true,
		Settings: object{"host_contexts": false}}
	for name, value := range wanted {
		switch name {
		case "before_send":
			options.BeforeSend = p.onEvent(value)
		case "before_breadcrumb":
			options.BeforeBreadcrumb = p.onCrumb(value)
		default:
			options.Settings[name] = value
		}
	}
	return options
}

func (p *player) start(wanted object) {
	client, err := tocsin.NewClient(p.optionsOf(wanted))
	if err != nil {
		giveUp("the client did not open", err)
	}
	p.client = client
	isolation := client.NewIsolationScope()
	p.scopes = map[string]*tocsin.Scope{
		"global": client.GlobalScope(), "iso": isolation, "cur": isolation.NewCurrent(),
	}
}

func (p *player) takeEnvelopes() {
	for {
		envelope, err := p.client.NextEnvelope(0)
		if err != nil || envelope == nil {
			return
		}
		p.result.Envelopes = append(p.result.Envelopes, hex.EncodeToString(envelope.Bytes()))
		if err := envelope.Done(http.StatusOK, nil); err != nil {
			giveUp("an envelope could not be ended", err)
		}
	}
}

func play(line []byte) result {
	var wanted vector
	decoder := json.NewDecoder(strings.NewReader(string(line)))
	decoder.UseNumber()
	if err := decoder.Decode(&wanted); err != nil {
		giveUp("not JSON", err)
	}
	p := &player{}
	p.result = result{Statuses: []int{}, Captures: []*tocsin.EventID{}, Calls: []any{},
		Stats: []json.RawMessage{}, Reads: []*tocsin.EventID{}, Envelopes: []string{}}
	p.start(wanted.Options)
	for _, op := range wanted.Ops {
		p.result.Statuses = append(p.result.Statuses, statusOf(p.do(op)))
	}
	p.takeEnvelopes()
	p.client.Flush(0)
	p.takeEnvelopes()
	p.client.Close(0)
	return p.result
}

func main() {
	in := bufio.NewReader(os.Stdin)
	out := json.NewEncoder(os.Stdout)
	for {
		line, err := in.ReadBytes('\n')
		if err != nil {
			return
		}
		if err := out.Encode(play(line)); err != nil {
			giveUp("no way out", err)
		}
	}
}
