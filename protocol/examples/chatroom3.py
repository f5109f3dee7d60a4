#!/usr/bin/env python3
"""A Chatroom 3 client in one page of Python, written from docs/PROTOCOL.md alone (standard library only).

    python3 chatroom3.py HOST:PORT NAME PASSWORD            # sign in, print what came, say hello in the lobby
    python3 chatroom3.py HOST:PORT NAME PASSWORD --measure  # bytes and requests of a sign-in with 50 rooms, full and resumed
"""
import hashlib, itertools, json, secrets, socket, ssl, struct, sys


class Chatroom:
    """One native connection. The certificate is pinned when a fingerprint is given; otherwise it is printed, not checked."""

    def __init__(self, address, fingerprint=None):
        host, port = address.rsplit(":", 1)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        context.set_alpn_protocols(["chatroom/3"])
        self.socket = context.wrap_socket(socket.create_connection((host, int(port))), server_hostname=host)
        self.fingerprint = hashlib.sha256(self.socket.getpeercert(True)).hexdigest()
        if fingerprint and fingerprint.lower() != self.fingerprint:
            raise SystemExit("The server's certificate is not the one that was pinned.")
        self.ids, self.sent, self.received, self.events = itertools.count(1), 0, 0, []

    def send(self, code, body):
        data, request = json.dumps(body, ensure_ascii=False).encode(), next(self.ids)
        frame = struct.pack(">IHI", 6 + len(data), code, request) + data
        self.socket.sendall(frame)
        self.sent += len(frame)
        return request

    def receive(self):
        length, code, request = struct.unpack(">IHI", self.exactly(10))
        return code, request, json.loads(self.exactly(length - 6) or b"{}")

    def exactly(self, count):
        data = b""
        while len(data) < count:
            part = self.socket.recv(count - len(data))
            if not part:
                raise SystemExit("The server closed the connection.")
            data += part
        self.received += count
        return data

    def ask(self, code, last=None, **body):
        """Sends a request and returns its replies; `last` is the code that ends a run of them."""
        request, replies = self.send(code, body), []
        while True:
            code, answered, reply = self.receive()
            if answered != request:
                self.events.append((code, reply))
                continue
            replies.append((code, reply))
            if last is None or code == last or (code >= 900 or code in (102, 103, 104, 202)):
                return replies

    def change(self, code, **body):
        return self.ask(code, clientId=secrets.token_hex(16), **body)[0]

    def login(self, **credentials):
        return self.ask(1, last=199, version=3, client="example.py", **credentials)


def measure(address, name, password):
    first = Chatroom(address)
    first.change(2, name=name, password=password)
    token = first.login(name=name, password=password)[0][1]["token"]
    for number in range(49):
        room = first.change(30, name=f"Room {number}")[1]["room"]["id"]
        for message in range(20):
            first.change(3, room=room, text=f"Message {message} of room {number}, as long as people write.")

    def sign_in(title, **have):
        client = Chatroom(address)
        answer = client.login(token=token, **have)
        entries = sum(len(body["entries"]) for code, body in answer if code == 501)
        print(f"{title}: 1 request of {client.sent} bytes; {len(answer)} frames, {client.received} bytes, {entries} entries")
        return answer

    answer = sign_in("full, 50 rooms with 21 entries each ")
    heads = {room["id"]: room["head"] for code, body in answer if code == 331 for room in body["rooms"]}
    have = {"history": answer[0][1]["server"]["history"], "revision": answer[-1][1]["revision"], "rooms": heads}
    sign_in("resumed, nothing new                ", have=have)
    for room in list(heads)[:5]:
        for _ in range(2):
            first.change(3, room=room, text="Something new while the other device was away.")
    sign_in("resumed, 2 new entries in 5 rooms   ", have=have)


def main():
    address, name, password = sys.argv[1:4]
    if "--measure" in sys.argv:
        return measure(address, name, password)
    client = Chatroom(address)
    print("fingerprint", client.fingerprint)
    for code, body in client.login(name=name, password=password):
        print(code, json.dumps(body, ensure_ascii=False)[:160])
    print(client.change(3, room="lobby", text="Hello from Python. 你好!"))


if __name__ == "__main__":
    main()
