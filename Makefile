.PHONY: run test bench data audit lock
run:
	python3 tasks.py start
test:
	python3 tasks.py test
data:
	python3 tasks.py bundle
audit:
	python3 tasks.py audit
lock:
	python3 tasks.py lock
bench:
	python3 tasks.py bench
