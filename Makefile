.PHONY: run test bench data audit
run:
	python3 tasks.py start
test:
	python3 tasks.py test
data:
	python3 tasks.py bundle
audit:
	python3 tasks.py audit
bench:
	python3 tasks.py bench
