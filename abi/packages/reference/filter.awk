# Comments of the headers as Doxygen wants them. The first one of a file is about the file; one above several
# constants or types in a row is about each of them, and one behind a constant about that one.
NR == 1 {
    print "/** @file"
    sub(/^\/\* /, " ")
}
/^\/\* / {
    sub(/^\/\*/, "/**")
    comment = ""
    in_comment = 1
}
in_comment {
    comment = comment $0 "\n"
    if (/\*\//) in_comment = 0
    print
    above = 1
    next
}
/^(#define TOCSIN_.* |typedef )/ {
    if (!above && !/\/\*/) printf "%s", comment
    sub(/\/\* /, "/**< ")
}
{
    print
    above = 0
}
