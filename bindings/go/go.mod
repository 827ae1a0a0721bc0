module tocsin

go 1.19
