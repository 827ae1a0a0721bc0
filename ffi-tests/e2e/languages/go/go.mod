module shop

go 1.19

require tocsin v0.0.0

replace tocsin => ../../../../bindings/go
