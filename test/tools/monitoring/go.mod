// The definitions of the Prometheus operator: files only, nothing is built.
module nativestor.test/tools/monitoring

go 1.26.0

require github.com/prometheus-operator/prometheus-operator v0.85.0
