package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"sync"

	"tocsin"
)

// A worker is a process that reads jobs, one a line.
type worker struct {
	command *exec.Cmd
	lock    sync.Mutex
	jobs    io.WriteCloser
}

// A job carries the trace that it belongs to, as an HTTP request would in its headers.
type job struct {
	Order string            `json:"order"`
	Trace map[string]string `json:"trace"`
}

func startWorker(script string) (*worker, error) {
	command := exec.Command("ruby", script)
	command.Stdout, command.Stderr = os.Stdout, os.Stderr
	jobs, err := command.StdinPipe()
	if err != nil {
		return nil, err
	}
	return &worker{command: command, jobs: jobs}, command.Start()
}

func (w *worker) send(ctx context.Context, order string) error {
	line, err := json.Marshal(job{order, tocsin.TraceHeaders(ctx)})
	if err != nil {
		return err
	}
	w.lock.Lock()
	defer w.lock.Unlock()
	if _, err := w.jobs.Write(append(line, '\n')); err != nil {
		return fmt.Errorf("the mail for order %s was not handed over: %w", order, err)
	}
	return nil
}

// close lets the worker finish what it has.
func (w *worker) close() {
	w.jobs.Close()
	w.command.Wait()
}
