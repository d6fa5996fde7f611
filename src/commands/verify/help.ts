// The rest of the help of `hitless verify`.

export const verifyHelp = `
Sends the load from 2 s before a rollout until --settle seconds after its last old pod is gone; the load continues while verify
waits for a rollout. --restart changes an annotation of the pod template, which every kind rolls by its own strategy; for an Argo
Rollout with a workloadRef it is the template of the workload named there, and where that one is named, the Rollout is measured.

With a command after --, it measures from 2 s before the command until --settle seconds after its end; if a workload is named, until
its rollout is over. Without a workload, --url needs no cluster. The command has this terminal and its signals: Ctrl-C reaches it. Its
output is left as it is; with -o other than text its standard output goes to standard error, so that standard output has the result
alone. A command may hang for ever: put timeout from coreutils in front of it; at a terminal timeout --foreground, or Ctrl-C does not
reach the command.

With --url the load comes from this machine. Without it, a pod in the namespace of the workload sends to the cluster IP of its
Service, and is removed at the end, also on Ctrl-C. GET and POST go to the address; grpc-unary calls the standard health service;
websocket and grpc-stream work only with the test application of hitless lab. A GET is lost without a complete answer below 500 in time, a
POST also with any answer but 2xx, a call when it ends with an error.

Required permissions: get, list and watch the kind of the workload, list and watch pods, Services and EndpointSlices in the
namespace; with --restart also patch it (with a workloadRef, get and patch the workload named there); without --url also get Services,
create, get and delete pods, get and create pods/proxy, and, to find the image, get and list the objects of the installed webhook.

Exit codes: 0 no more lost than --max-lost, and the command succeeded. 1 more were lost, whatever the command did. 2 wrong usage, no
cluster, or not measured to the end. 3 the command failed: its own exit code is in the output. 126 and 127 the command cannot be run,
or does not exist.

Examples:
  hitless verify deployment/web -n shop --url https://shop.example.com/healthz
  hitless verify deployment/web -n shop --url http://10.96.0.17/ --restart --yes --rollouts 5 --output junit > verify.xml
  hitless verify statefulset/db -n shop --url grpc://10.96.0.18:9090 --traffic grpc-unary --restart
  hitless verify deployment/web -n shop -- helm upgrade web chart/ --wait
  hitless verify --url https://shop.example.com/ --settle 30 -- timeout 600 kubectl drain node-1 --ignore-daemonsets`;
