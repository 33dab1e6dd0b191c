"""Forked kernels: the zygote imports once, each kernel is a fork of it with a warden beside it.

Runs under the kernels' own Python: standard library and ipykernel, and of Lookin only what lies in
`kernels/` (under a private name, which people's code cannot import). Its driver: `drivers/zygote`.
"""
