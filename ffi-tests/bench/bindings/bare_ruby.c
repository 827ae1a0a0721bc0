/* The bare calls for Ruby: they take and answer what set_tag and a capture do, through nothing but
 * Ruby's own interface. */
#include <ruby.h>

#include "bare.h"

static VALUE set_tag(VALUE self, VALUE scope, VALUE key, VALUE value)
{
    (void)self;
    (void)NUM2LL(scope);
    (void)StringValuePtr(key);
    (void)StringValuePtr(value);
    return INT2FIX(0);
}

static VALUE capture(VALUE self, VALUE scope, VALUE text, VALUE level, VALUE overlay)
{
    (void)self;
    (void)NUM2LL(scope);
    (void)StringValuePtr(text);
    (void)NUM2INT(level);
    (void)NUM2LL(overlay);
    return rb_utf8_str_new(bare_id(), BARE_ID_LEN);
}

void Init_bench_bare(void);

void Init_bench_bare(void)
{
    VALUE module = rb_define_module("BenchBare");
    rb_define_module_function(module, "set_tag", set_tag, 3);
    rb_define_module_function(module, "capture", capture, 4);
}
