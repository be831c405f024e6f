#!/usr/bin/env bash
# Build the wheel, install it in an empty environment, and decide a case there, away from the checkout.
set -euo pipefail
python=$(realpath -s "$1")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$python" -m build --wheel --no-isolation --outdir "$work/dist" . >/dev/null
"$python" -m venv "$work/venv"
grep -v '^-e' requirements/dev.txt > "$work/constraints.txt"
sed -e 's/ *\\$//' -e '/^ *--hash/d' -e '/^ *#/d' "$work/constraints.txt" > "$work/plain.txt"
"$work/venv/bin/python" -m pip install --quiet --disable-pip-version-check -c "$work/plain.txt" "$work"/dist/*.whl
cd "$work"
cat > case.yaml <<'CASE'
service_date: 2024-10-15
plan: bcn-commercial-hmo
diagnoses: [M17.11]
device: iovera
purpose: pain
lines: [{code: "64640", units: 1}]
CASE
"$work/venv/bin/clausal" decide case.yaml --json > decided.json
grep -q '"status": "not-covered"' decided.json
printf 'claim_id,service_date,plan,code,diagnoses,device,purpose\nA,2024-10-15,bcn-commercial-hmo,64640,M17.11,iovera,pain\n' > claims.csv
"$work/venv/bin/clausal" adjudicate claims.csv -o results.parquet > said.txt
grep -q '^not-covered  *1 ' said.txt
"$work/venv/bin/clausal" check | tail -n 1
"$work/venv/bin/clausal" serve 2> lacking.txt && exit 1
grep -q "pip install 'clausal\[service\]'" lacking.txt
"$work/venv/bin/python" -m pip install --quiet --disable-pip-version-check -c "$work/plain.txt" "$(echo "$work"/dist/*.whl)[service]"
CLAUSAL_SERVICE_TOKEN=the-token-of-the-smoke-test "$work/venv/bin/clausal" serve --data data --port 0 > served.txt 2> served.log &
trap 'kill %1 2>/dev/null || true; rm -rf "$work"' EXIT
for _ in $(seq 100); do grep -q open served.txt && break; sleep 0.2; done
address=$(sed -n 's/^open \(.*\)\/sign-in.*/\1/p' served.txt)
"$work/venv/bin/python" - "$address" <<'ASK'
import json, sys, time, urllib.request
case = {"service_date": "2024-10-15", "plan": "bcn-commercial-hmo", "diagnoses": ["M17.11"], "device": "iovera",
        "purpose": "pain", "lines": [{"code": "64640", "units": 1}]}
headers = {"Authorization": "Bearer the-token-of-the-smoke-test", "Content-Type": "application/json"}
asked = urllib.request.Request(f"{sys.argv[1]}/api/v1/decide", json.dumps({"case": case}).encode(), headers)
assert json.load(urllib.request.urlopen(asked))["lines"][0]["status"] == "not-covered"
page = urllib.request.urlopen(urllib.request.Request(sys.argv[1], headers=headers)).read().decode()
assert "bcbsm-cryoneurolysis" in page
urllib.request.urlopen(f"{sys.argv[1]}/static/clausal.css")
ASK
kill %1 && wait %1
echo "the wheel works"
