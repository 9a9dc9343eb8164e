"""The table, its head, and the targets that we have set ourselves."""
import os
import pathlib
import platform
import re
import statistics
import subprocess

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent.parent


def _run(*command):
    try:
        done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
        return (done.stdout + done.stderr).strip()
    except OSError:
        return ''


def commit():
    short = _run('git', 'rev-parse', '--short=10', 'HEAD') or 'unknown'
    return short + ('-changed' if _run('git', 'status', '--porcelain', '--untracked-files=no') else '')


def machine():
    """Processor, cores, memory and kernel; nothing that names the machine."""
    cpu = re.search(r'model name\s*:\s*(.+)', pathlib.Path('/proc/cpuinfo').read_text())
    memory = re.search(r'MemTotal:\s+(\d+)', pathlib.Path('/proc/meminfo').read_text())
    return f"{cpu[1] if cpu else platform.machine()}, {os.cpu_count()} cores, {int(memory[1]) / 1048576:.0f} GiB, Linux {platform.release()}"


def versions(names):
    found = []
    if any(n.startswith('nginx') for n in names):
        found.append(_run('nginx', '-v').replace('nginx version: ', ''))
    if any(n.startswith('haproxy') for n in names):
        found.append(' '.join(_run('haproxy', '-v').split()[:3]))
    pom = (ROOT / 'perf/compare/peers/java/pom.xml').read_text()
    for name in ('undertow', 'vertx'):
        if name in names:
            found.append(f"{name} {re.search(f'<{name}.version>(.*?)<', pom)[1]}")
    jdk = _run(str(ROOT / '.mvn/find-jdk'))
    release = pathlib.Path(jdk, 'release')
    if release.exists():
        fields = dict(re.findall(r'(\w+)="(.*?)"', release.read_text()))
        found.append(f"JDK {fields.get('JAVA_RUNTIME_VERSION', fields.get('JAVA_VERSION', '?'))} ({fields.get('IMPLEMENTOR', '?')})")
    return ', '.join(found)


def median(rounds, key):
    return statistics.median(r[key] for r in rounds)


def ratios(rounds, reference, key='per_cpu'):
    """Round by round against the reference, so that what disturbs a round disturbs both: (median, least, most)."""
    each = [a[key] / b[key] for a, b in zip(rounds, reference) if b[key] > 0]
    return (statistics.median(each), min(each), max(each)) if each else None


def markdown(header, rows):
    """A table, padded so that it reads as text too."""
    cells = [[str(c) for c in row] for row in [header, *rows]]
    widths = [max(len(row[i]) for row in cells) for i in range(len(header))]
    lines = ['| ' + ' | '.join(c.ljust(w) for c, w in zip(row, widths)) + ' |' for row in cells]
    lines.insert(1, '|' + '|'.join('-' * (w + 2) for w in widths) + '|')
    return '\n'.join(lines) + '\n'


HEADER = ['scenario', 'peer', 'requests per CPU-s', 'against the reference', 'requests/s', 'p50 ms', 'p99 ms', 'p99.9 ms',
          'failed', 'proxy CPU', 'others', 'peak MiB', 'also']


def row(scenario, label, rounds, ratio, also=''):
    """One line: medians over the rounds; failures are summed and peaks are peaks."""
    return [scenario, label, f"{median(rounds, 'per_cpu'):,.0f}",
            '' if ratio is None else f'{ratio[0]:.2f} ({ratio[1]:.2f}–{ratio[2]:.2f})',
            f"{median(rounds, 'rps'):,.0f}", *(f'{median(rounds, k):.2f}' for k in ('p50', 'p99', 'p999')),
            f"{sum(r['bad'] for r in rounds):,}", f"{median(rounds, 'share'):.0%}", f"{median(rounds, 'foreign'):.0%}",
            f"{max(r['peak'] for r in rounds):.0f}", also]


# (scenario, ours, theirs, key, at least / at most, bound). A bound of None for theirs compares with the number itself.
TARGETS = [
    ('plain', 'penstock', 'nginx', 'per_cpu', '>=', 1.0), ('plain', 'penstock', 'undertow', 'per_cpu', '>=', 1.4),
    ('plain', 'penstock', 'vertx', 'per_cpu', '>=', 1.4), ('connect', 'penstock', 'nginx', 'per_cpu', '>=', 0.9),
    ('10k', 'penstock', 'nginx', 'per_cpu', '>=', 1.2), ('1m', 'penstock', 'nginx', 'per_cpu', '>=', 1.4),
    ('post', 'penstock', 'nginx', 'per_cpu', '>=', 1.0),
    ('rewrite', 'penstock', 'nginx-lua', 'per_cpu', '>=', 1.25), ('rewrite', 'penstock', 'nginx-njs', 'per_cpu', '>=', 1.4),
    ('rewrite', 'penstock', 'nginx (plain)', 'per_cpu', '>=', 1.0), ('rewrite', 'penstock', 'penstock (plain)', 'per_cpu', '>=', 0.9),
    ('compute', 'penstock', 'nginx-lua', 'per_cpu', '>=', 1.3), ('compute', 'penstock', 'nginx-njs', 'per_cpu', '>=', 3.0),
    ('filter', 'penstock (filter)', 'penstock (plain)', 'per_cpu', '>=', 0.97),
    ('open', 'penstock', 'nginx', 'p99', '<=', 1.2), ('open', 'penstock', 'nginx', 'p999', '<=', 1.2),
    ('deploy', 'penstock', 'penstock (steady)', 'p99', '<=', 1.1),
    ('idle', 'penstock', None, 'bytes', '<=', 4096), ('cold', 'penstock', None, 'start', '<=', 0.6),
    ('cold-rewrite', 'penstock', None, 'start', '<=', 2.5), ('cold-rewrite', 'penstock', None, 'worst_p99', '<=', 10),
]
NAMES = {'per_cpu': 'requests per CPU-second', 'p99': 'p99', 'p999': 'p99.9', 'bytes': 'bytes per idle connection',
         'start': 'seconds until the port answers', 'worst_p99': 'p99 of the worst second, ms'}


def targets(results):
    """Where we stand: rows for those targets whose both sides have been measured."""
    rows = []
    for scenario, ours, theirs, key, sense, bound in TARGETS:
        measured = results.get(scenario, {})
        if ours not in measured or (theirs is not None and theirs not in measured):
            continue
        if theirs is None:
            value, against = median(measured[ours], key), ''
        else:
            value, against = ratios(measured[ours], measured[theirs], key)[0], f' × {theirs}'
        met = value >= bound if sense == '>=' else value <= bound
        rows.append([scenario, NAMES[key], f"{'≥' if sense == '>=' else '≤'} {bound:g}{against}", f'{value:.3g}', 'yes' if met else '**no**'])
    return rows
