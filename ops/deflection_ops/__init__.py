"""
Check a deployed stack (`doctor`) and send test messages through it (`smoke`).

Both commands run outside the function, with the credentials of the person who runs them.

    doctor, smoke         the commands: parse arguments, run checks or the smoke test, print findings
    cli, report           arguments and endings that both share; findings as lines or JSON
    checks/               one module for each part of a deployment; each check yields findings
    smoke_test/           two real messages, step by step, and the assumptions that they confirm
    finding, remediation  a problem with its code and cure; the stack's names filled into the cure
    invocation            invoke the function as a flow does
    deployed_stack, deployment   the CloudFormation stack and its function; the resources that its settings name
    flow_content          what a flow or a flow module invokes
    aws, errors           calls to AWS, and their errors

The function's own code reads settings, routes and messages, so both always agree.
"""
