#!/bin/sh
# Says what happens next before `make run` compiles: a first build is silent for minutes.
if [ -x "$1" ]; then
	echo "Bringing bin/ up to date. That takes seconds, unless Go's build cache was emptied."
else
	echo "Compiling towpath and towpath-dev into bin/. The first time this takes about four minutes on two cores: Temporal's server is compiled, too."
	echo "It prints nothing meanwhile. From then on it takes seconds."
fi
