.PHONY: run test data
run:
	python3 tasks.py start
test:
	python3 tasks.py test
data:
	python3 tasks.py bundle
