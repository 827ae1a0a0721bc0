// Plays calls through purego: the library is opened at run time, without cgo. usage: player LIBRARY
package main

import (
	"bufio"
	"bytes"
	"encoding/hex"
	"fmt"
	"os"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
)

const fill = 0xaa

type player struct {
	*library
	in    *bufio.Reader
	hooks map[byte]uintptr
}

func number(word string) uintptr {
	value, err := strconv.ParseInt(word, 10, 64)
	if err != nil {
		panic(err)
	}
	return uintptr(value)
}

func fromHex(word string) []byte {
	data, err := hex.DecodeString(word)
	if err != nil {
		panic(err)
	}
	return data
}

func (p *player) argument(word string, memory *pins, buffers *[][]byte) uintptr {
	switch word[0] {
	case 'i', 'l', 'u':
		return number(word[1:])
	case 't':
		return memory.bytes(fromHex(word[1:]))
	case 'b':
		buffer := bytes.Repeat([]byte{fill}, int(number(word[1:])))
		*buffers = append(*buffers, buffer)
		return memory.bytes(buffer)
	}
	return p.hooks[word[0]]
}

func (p *player) call(name, result string, words []string) string {
	var memory pins
	defer memory.Unpin()
	var buffers [][]byte
	arguments := make([]uintptr, len(words))
	for i, word := range words {
		arguments[i] = p.argument(word, &memory, &buffers)
	}
	name = strings.TrimPrefix(name, "tocsin_")
	p.prepare(name)
	outcome := p.wide(name, arguments...)
	if result == "i" {
		outcome = int64(int32(outcome))
	}
	answer := strconv.FormatInt(outcome, 10)
	for _, buffer := range buffers {
		answer += " " + hex.EncodeToString(buffer)
	}
	return answer
}

func (p *player) work(worker, rounds int, scope uintptr) (done int64) {
	for turn := 0; turn < rounds; turn++ {
		var memory pins
		fork := uintptr(p.wide("scope_fork", scope))
		key, keyLen := memory.text("worker")
		value, valueLen := memory.text(strconv.Itoa(worker))
		p.status("scope_set_tag", fork, key, keyLen, value, valueLen)
		text, length := memory.text(fmt.Sprintf("worker %d round %d", worker, turn))
		if p.status("scope_capture_message", fork, text, length, 0, 0, 0, 0) == 0 {
			done++
		}
		p.status("handle_close", fork)
		memory.Unpin()
	}
	return done
}

func (p *player) threads(count, rounds int, scope uintptr) string {
	p.prepare("scope_fork", "scope_set_tag", "scope_capture_message", "handle_close")
	var done int64
	var all sync.WaitGroup
	for worker := 0; worker < count; worker++ {
		all.Add(1)
		go func(worker int) {
			defer all.Done()
			atomic.AddInt64(&done, p.work(worker, rounds, scope))
		}(worker)
	}
	all.Wait()
	return strconv.FormatInt(done, 10)
}

func (p *player) say(line string) { fmt.Println(line) }

// serve goes on until the input ends, or the answer to a hook is there.
func (p *player) serve() int32 {
	for {
		line, err := p.in.ReadString('\n')
		if err != nil {
			return 0
		}
		words := strings.Fields(line)
		switch words[0] {
		case "!":
			return int32(number(words[1]))
		case "call":
			p.say("= " + p.call(words[1], words[2], words[3:]))
		case "filter":
			p.say("= " + p.filter(int32(number(words[1])), number(words[2]), string(fromHex(words[3]))))
		case "threads":
			p.say("= " + p.threads(int(number(words[1])), int(number(words[2])), number(words[3])))
		}
	}
}

func main() {
	p := &player{library: open(os.Args[1]), in: bufio.NewReader(os.Stdin)}
	p.hooks = p.callbacks()
	p.serve()
}
