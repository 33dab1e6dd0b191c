"""The fence around one kernel: namespaces, its own root, Landlock, seccomp, limits.

Standard library only, and nothing else of Lookin: it runs under the kernels' own Python too.
Not for when a kernel is started or given to somebody (`zygote/`, `drivers/`).
"""
