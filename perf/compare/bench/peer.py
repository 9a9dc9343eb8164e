"""A proxy under test: started by its script, asked once whether it does what the scenario says, then loaded."""
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import time

from . import proc

HERE = pathlib.Path(__file__).resolve().parent.parent
PEERS = HERE / 'peers'


def known():
    return sorted(p.stem for p in PEERS.glob('*.sh') if p.read_text().startswith('#!/bin/bash\n# peer:'))


def traits(script):
    """The second line of a start script: # peer: NAME   modes: A B   kind: jvm   needs: PACKAGE..."""
    line = pathlib.Path(script).read_text().splitlines()[1]
    found = {key: value.split() for key, value in re.findall(r'([a-z]+): (\S+(?: \S+)*)', line)}
    return {'modes': found.get('modes', ['proxy']), 'jvm': found.get('kind') == ['jvm'],
            'deploy': (found.get('deploy') or [None])[0], 'needs': found.get('needs', [])}


def missing_packages(names):
    """Debian packages that the peers need and the machine has not."""
    needed = sorted({p for name in names for p in traits(PEERS / f'{name}.sh')['needs']})
    out = subprocess.run(['dpkg-query', '-W', '-f', '${Package} ${db:Status-Status}\n', *needed], capture_output=True, text=True) if needed and shutil.which('dpkg-query') else None
    there = {line.split()[0] for line in out.stdout.splitlines() if line.endswith(' installed')} if out else set()
    return [p for p in needed if p not in there]


def free_port():
    with socket.socket() as s:
        s.bind(('127.0.0.1', 0))
        return s.getsockname()[1]


def ask(port, path, headers=(), method='GET', timeout=30):
    """One request on a connection of its own; the whole answer as text."""
    with socket.create_connection(('127.0.0.1', port), timeout) as s:
        body = 'Content-Length: 0\r\n' if method == 'POST' else ''
        fields = ''.join(h + '\r\n' for h in headers)
        s.sendall(f'{method} {path} HTTP/1.1\r\nHost: shop.example\r\nConnection: close\r\n{body}{fields}\r\n'.encode())
        parts = []
        while part := s.recv(65536):
            parts.append(part)
    return b''.join(parts).decode('latin-1')


class Peer:
    def __init__(self, name, mode, script, lab, origin_port, options):
        self.name, self.mode, self.options = name, mode, options
        self.label = name if mode in ('proxy', 'script', 'compute') else f'{name} ({mode})'
        self.traits = traits(script)
        self.port = free_port()
        self.work = lab / f'{name}-{mode}'
        shutil.rmtree(self.work, ignore_errors=True)
        self.work.mkdir(parents=True)
        environment = dict(os.environ, PORT=str(self.port), BACKEND=f'127.0.0.1:{origin_port}', MODE=mode, WORK=str(self.work),
                           CORES=str(options.cores), PENSTOCK_CACHE=str(lab / 'cache') if (lab / 'cache').exists() else 'off')
        self.began = time.monotonic()
        with open(self.work / 'output.log', 'w') as log:
            self.process = subprocess.Popen(['taskset', '-c', options.proxy_cores, 'bash', str(script)], env=environment,
                                            stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
        self.start_seconds = self._await_port(options.patience)

    def _await_port(self, patience):
        while time.monotonic() - self.began < patience and self.process.poll() is None:
            try:
                socket.create_connection(('127.0.0.1', self.port), 1).close()
                return time.monotonic() - self.began
            except OSError:
                time.sleep(0.005)
        self.stop()
        raise RuntimeError(f'{self.name} ({self.mode}) does not listen; see {self.work}/output.log')

    def pids(self):
        return proc.tree(self.process.pid)

    def complaint(self, scenario):
        """Why this is not what the scenario measures, or None."""
        method = 'POST' if '-b' in scenario.load.options else 'GET'
        answer = ask(self.port, scenario.load.path, scenario.load.headers, method)
        head = answer.partition('\r\n\r\n')[0].lower()
        if not re.match(r'http/1\.1 200\b', head):
            return 'answers ' + head.partition('\r\n')[0]
        if self.mode == 'proxy' or not scenario.check:
            return None
        if 'x-script: ' not in head:
            return 'the response has no X-Script'
        seen = ask(self.port, scenario.load.path, (*scenario.load.headers, 'X-Echo: 1')).lower()
        for name, value in scenario.check:
            wanted = f'\n{name}: {value.lower()}\r' if value else name
            if wanted not in seen:
                return f'the origin has not seen {wanted.strip()!r}'
        if self.mode == 'compute':
            forged = [h + 'x' if h.startswith('Authorization') else h for h in scenario.load.headers]
            if not ask(self.port, scenario.load.path, forged).startswith('HTTP/1.1 401'):
                return 'a forged token is let in'
        return None

    def load(self, load, seconds, rate=0):
        """Runs the generator against this peer; its numbers, and what the proxy spent for them."""
        command = ['taskset', '-c', self.options.load_cores, str(self.options.tools / 'load'), str(self.port), load.path,
                   '-c', str(load.connections), '-d', str(seconds), *load.options]
        if rate:
            command += ['-r', f'{rate:.1f}']
        for header in load.headers:
            command += ['-H', header]
        cores, pids = proc.cores_of(self.options.proxy_cores), self.pids()
        busy, cpu, began = proc.core_busy_seconds(cores), proc.cpu_seconds(pids), time.monotonic()
        out = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        took = time.monotonic() - began
        pids = self.pids()
        cpu = proc.cpu_seconds(pids) - cpu
        result = json.loads(out)
        result.update(cpu=cpu, per_cpu=result['requests'] / max(cpu, 0.01), share=cpu / took, rate=rate,
                      foreign=max(0.0, proc.core_busy_seconds(cores) - busy - cpu) / took,
                      bad=result['bad_status'] + result['errors'] + result['unsent'], peak=proc.memory_mib(pids))
        return result

    def deploy(self, number):
        """Puts a new version of the script in force, in the way that the peer has for it."""
        if self.traits['deploy'] == 'hup':
            os.kill(self.process.pid, signal.SIGHUP)
            return
        for script in (self.work / 'handlers').glob('*.js'):
            new = script.with_suffix('.new')
            new.write_text(re.sub(r'\n// version \d+\n$', '\n', script.read_text()) + f'// version {number}\n')
            new.replace(script)

    def live_bytes(self):
        """Live heap after a collection where there is a JVM, and resident memory: (heap or None, resident)."""
        pids = self.pids()
        heap = None
        for pid in filter(proc.is_java, pids):
            jcmd = pathlib.Path(os.readlink(f'/proc/{pid}/exe')).with_name('jcmd')
            subprocess.run([jcmd, str(pid), 'GC.run'], capture_output=True, check=True)
            info = subprocess.run([jcmd, str(pid), 'GC.heap_info'], capture_output=True, text=True, check=True).stdout
            heap = (heap or 0) + heap_used(info)
        return heap, proc.memory_mib(pids, 'VmRSS') * 1048576

    def stop(self):
        for number, patience in ((signal.SIGTERM, 5), (signal.SIGKILL, 5)):
            for pid in self.pids():
                try:
                    os.kill(pid, number)
                except ProcessLookupError:
                    pass
            try:
                self.process.wait(patience)
                return
            except subprocess.TimeoutExpired:
                pass


def heap_used(info):
    """Bytes in use, from jcmd GC.heap_info: the lines of the spaces of Serial and Parallel, the one of G1."""
    used = 0
    for line in info.splitlines():
        found = re.search(r'(?:generation|garbage-first heap|PSYoungGen|ParOldGen|DefNew|Tenured)\s.*?total.*?used (\d+)K', line, re.I)
        used += int(found[1]) * 1024 if found else 0
    return used
