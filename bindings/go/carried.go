package tocsin

import "reflect"

// countersOf takes the stack that an error carries, by reflection: the packages that make such
// errors return types of their own, and none of them is to become a dependency.
func countersOf(err error) (counters []uintptr) {
	defer func() {
		if recover() != nil {
			counters = nil
		}
	}()
	value := reflect.ValueOf(err)
	for _, name := range []string{"StackTrace", "Callers", "StackFrames"} {
		if counters = countersIn(answer(value, name)); len(counters) > 0 {
			return counters
		}
	}
	if tracer := answer(value, "GetStackTracer"); tracer.IsValid() && !tracer.IsNil() {
		return countersIn(answer(tracer.Elem(), "StackTrace"))
	}
	return framesField(value)
}

// answer is what a method without arguments returns, or the zero Value if there is none.
func answer(value reflect.Value, name string) reflect.Value {
	method := value.MethodByName(name)
	if !method.IsValid() || method.Type().NumIn() != 0 || method.Type().NumOut() != 1 {
		return reflect.Value{}
	}
	return method.Call(nil)[0]
}

// countersIn reads a slice of program counters, or of structs that have one.
func countersIn(list reflect.Value) []uintptr {
	if list.Kind() != reflect.Slice && list.Kind() != reflect.Array {
		return nil
	}
	var counters []uintptr
	for i := 0; i < list.Len(); i++ {
		item := list.Index(i)
		if item.Kind() == reflect.Struct {
			item = item.FieldByName("ProgramCounter")
		}
		if item.IsValid() && item.Kind() == reflect.Uintptr && item.Uint() != 0 {
			counters = append(counters, uintptr(item.Uint()))
		}
	}
	return counters
}

// framesField is the field that xerrors keeps its three counters in; the first is its own.
func framesField(value reflect.Value) []uintptr {
	if value.Kind() == reflect.Pointer {
		value = value.Elem()
	}
	if value.Kind() != reflect.Struct {
		return nil
	}
	frame := value.FieldByName("frame")
	if frame.Kind() != reflect.Struct {
		return nil
	}
	if counters := countersIn(frame.FieldByName("frames")); len(counters) > 1 {
		return counters[1:]
	}
	return nil
}
