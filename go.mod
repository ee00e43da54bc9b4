module github.com/sluice-http/sluice

go 1.26
