package tocsin_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"
)

// undocumented lists exported names of a file that have no comment.
func undocumented(file *ast.File) []string {
	var found []string
	missing := func(name string, comments ...*ast.CommentGroup) {
		for _, comment := range comments {
			if comment.Text() != "" {
				return
			}
		}
		if ast.IsExported(name) {
			found = append(found, name)
		}
	}
	for _, declared := range file.Decls {
		switch declared := declared.(type) {
		case *ast.FuncDecl:
			missing(declared.Name.Name, declared.Doc)
		case *ast.GenDecl:
			for _, spec := range declared.Specs {
				switch spec := spec.(type) {
				case *ast.TypeSpec:
					missing(spec.Name.Name, declared.Doc, spec.Doc)
				case *ast.ValueSpec:
					missing(spec.Names[0].Name, declared.Doc, spec.Doc, spec.Comment)
				}
			}
		}
	}
	return found
}

func parsed(t *testing.T, path string, text any) *ast.File {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), path, text, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	return file
}

func TestEveryExportedNameHasAComment(t *testing.T) {
	example := "package p\nfunc Bare() {}\nfunc own() {}\n// Told is.\ntype Told int\nconst X = 1"
	same(t, "example", undocumented(parsed(t, "p.go", example)), []string{"Bare", "X"})
	seen := 0
	err := filepath.WalkDir(".", func(path string, entry fs.DirEntry, err error) error {
		if entry.IsDir() && entry.Name() == "internal" {
			return fs.SkipDir
		}
		if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		seen++
		if found := undocumented(parsed(t, path, nil)); found != nil {
			t.Errorf("%s: no comment on %v", path, found)
		}
		return nil
	})
	same(t, "walked", err == nil && seen > 40, true)
}
