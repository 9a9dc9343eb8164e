"""What Linux tells about a process and its children: CPU time, memory, and how busy a core was."""
import os
import re

TICKS = os.sysconf('SC_CLK_TCK')


def stat_fields(text):
    """The fields of /proc/PID/stat behind the command, which may hold blanks and brackets; [0] is the state."""
    return text[text.rindex(')') + 2:].split()


def _read(path):
    try:
        with open(path) as file:
            return file.read()
    except OSError:  # it has ended meanwhile
        return None


def tree(root):
    """`root` and all that descends from it."""
    children = {}
    for name in os.listdir('/proc'):
        text = _read(f'/proc/{name}/stat') if name.isdigit() else None
        if text:
            children.setdefault(int(stat_fields(text)[1]), []).append(int(name))
    found, todo = [], [root]
    while todo:
        pid = todo.pop()
        found.append(pid)
        todo += children.get(pid, [])
    return found


def cpu_seconds(pids):
    """User and system time, with that of children which have ended: a reload must not lose the old workers' share."""
    ticks = 0
    for pid in pids:
        text = _read(f'/proc/{pid}/stat')
        if text:
            ticks += sum(map(int, stat_fields(text)[11:15]))
    return ticks / TICKS


def memory_mib(pids, key='VmHWM'):
    """Peak (VmHWM) or current (VmRSS) resident memory."""
    total = 0
    for pid in pids:
        found = re.search(key + r':\s+(\d+) kB', _read(f'/proc/{pid}/status') or '')
        total += int(found[1]) if found else 0
    return total / 1024


def core_busy_seconds(cores):
    """How long the cores have worked since boot, for anybody."""
    busy = 0
    for line in _read('/proc/stat').splitlines():
        found = re.match(r'cpu(\d+) (.*)', line)
        if found and int(found[1]) in cores:
            ticks = list(map(int, found[2].split()))
            busy += sum(ticks[:3]) + sum(ticks[5:8])  # all but idle and waiting for a disk
    return busy / TICKS


def cores_of(text):
    """The cores of a taskset list: 0,2-3."""
    cores = set()
    for part in text.split(','):
        first, _, last = part.partition('-')
        cores |= set(range(int(first), int(last or first) + 1))
    return cores


def is_java(pid):
    try:
        return os.path.basename(os.readlink(f'/proc/{pid}/exe')) == 'java'
    except OSError:
        return False
