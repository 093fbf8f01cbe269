import Foundation
import KuayuHTTP
import Logging
import KuayuModel
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(2)))
struct HTTPServerTests {
    private func status(_ reply: String) -> String {
        String(reply.prefix { $0 != "\r\n" }.split(separator: " ").dropFirst().first ?? "")
    }

    @Test func answersOverPlainHTTP() async throws {
        try await withServer(.plain, responder: ClosureResponder.echo) { port, _ in
            let reply = await RawClient.exchange(
                port: port, "POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello")
            #expect(status(reply) == "200")
            #expect(reply.hasSuffix("\r\n\r\nhello"))
            #expect(reply.contains("\r\nDate: "))
            #expect(reply.contains("Kuayu-Peer: nobody"))
        }
    }

    @Test func servesRequestsOneAfterTheOtherOnAConnection() async throws {
        try await withServer(.plain, responder: ClosureResponder.echo) { port, _ in
            let reply = await RawClient.exchange(
                port: port,
                "POST /1 HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\none"
                    + "POST /2 HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nConnection: close\r\n\r\ntwo")
            #expect(reply.components(separatedBy: "HTTP/1.1 200").count == 3)
            #expect(reply.hasSuffix("two"))
        }
    }

    @Test func refusesFromTheHeadAloneBeforeTheBodyComes() async throws {
        let asked = Atomic<Int>(0)
        let responder = ClosureResponder(
            admission: { _ in .text("who are you", status: 401) },
            answer: { _ in
                asked.wrappingAdd(1, ordering: .relaxed)
                return .text("")
            })
        // The rest of the body never comes: the answer is there although the request is not complete.
        let limits = HTTPLimits(requestMilliseconds: 200)
        try await withServer(.plain, limits: limits, responder: responder) { port, _ in
            let reply = await RawClient.exchange(
                port: port, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc")
            #expect(status(reply) == "401")
        }
        #expect(asked.load(ordering: .relaxed) == 0)
    }

    @Test(arguments: [
        (
            "a body of the limit",
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 8\r\nConnection: close\r\n\r\n12345678", "200"
        ),
        ("one byte more, announced", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n123456789", "413"),
        ("far more, announced", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9000000000\r\n\r\n", "413"),
        (
            "a chunked body of the limit",
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n8\r\n12345678\r\n0\r\n\r\n",
            "200"
        ),
        (
            "one byte more, chunked",
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n9\r\n123456789\r\n0\r\n\r\n", "413"
        ),
        ("no HTTP", "hello\r\n\r\n", "400"),
        (
            "a header beyond the limit",
            "GET / HTTP/1.1\r\nHost: a\r\nX: \(String(repeating: "x", count: 3_000))\r\n\r\n", "400"
        ),
        (
            "length and chunked",
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "400"
        ),
    ])
    func holdsItsLimits(name: String, request: String, expected: String) async throws {
        let limits = HTTPLimits(bodyBytes: 8, headerBytes: 2_048, requestMilliseconds: 500)
        try await withServer(.plain, limits: limits, responder: ClosureResponder.echo) { port, _ in
            #expect(status(await RawClient.exchange(port: port, request)) == expected, "\(name)")
        }
    }

    @Test(arguments: ["", "GET / HT", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc"])
    func closesConnectionsThatKeepItWaiting(beginning: String) async throws {
        let limits = HTTPLimits(headerMilliseconds: 100, requestMilliseconds: 100)
        try await withServer(.plain, limits: limits, responder: ClosureResponder.echo) { port, _ in
            // Returns only because the server closes.
            #expect(await RawClient.exchange(port: port, beginning) == "")
        }
    }

    @Test func tellsAClientThatWaitsToGoOn() async throws {
        try await withServer(.plain, responder: ClosureResponder.echo) { port, _ in
            let reply = await RawClient.exchange(
                port: port,
                "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"
            )
            #expect(reply.hasPrefix("HTTP/1.1 100"))
            #expect(reply.hasSuffix("ok"))
        }
    }

    @Test func refusesFilesThatDoNotFit() throws {
        let folder = try TLSFolder()
        let files = ServerTLSFiles(
            certificatePath: folder.file("server.pem"), keyPath: folder.file("missing.key"),
            authorityPath: folder.file("home.pem"))
        #expect(throws: (any Error).self) {
            try HTTPServer(
                host: "127.0.0.1", port: 0, security: .serverTLS(files), responder: ClosureResponder.echo,
                logger: .init(label: "test"))
        }
    }
}

@Suite struct HTTPServerRouteTableTests {
    private let table: RouteTable = {
        var table = RouteTable(gate: { $0.header("Deny") == nil ? nil : .text("no", status: 403) })
        table.on("GET", "/v1/messages/{id}") { _, parameters in .text("message \(parameters["id"])") }
        table.on("POST", "/v1/messages") { request, _ in .text("posted \(request.body.count)") }
        table.on("GET", "/v1/messages") { _, _ in .text("list") }
        table.on("GET", "/files/{path*}") { _, parameters in .text("file \(parameters["path"])") }
        table.on(
            "GET", "/guarded", admit: { _, _ in .text("not now", status: 503) }, answer: { _, _ in .text("never") })
        return table
    }()

    private func answer(_ method: String, _ target: String, _ headers: [(name: String, value: String)] = [])
        async throws
        -> OutboundResponse
    {
        let head = try #require(RequestHead(method: method, target: target, headers: headers))
        if let refusal = table.admit(head) { return refusal }
        return await table.respond(to: InboundRequest(head: head))
    }

    @Test(arguments: [
        ("GET", "/v1/messages/7", 200, "message 7"),
        ("GET", "/v1/messages/a%2F0001?x=1", 200, "message a/0001"),
        ("GET", "/v1/messages/%E5%8A%9E", 200, "message 办"),
        ("GET", "/v1/%6Dessages", 200, "list"),
        ("POST", "/v1/messages", 200, "posted 0"),
        ("GET", "/files/in/a.txt", 200, "file in/a.txt"),
        ("GET", "/guarded", 503, "not now"),
    ])
    func findsRoutes(method: String, target: String, status: Int, body: String) async throws {
        let response = try await answer(method, target)
        #expect(response.status == status)
        #expect(String(decoding: response.body, as: UTF8.self) == body)
    }

    @Test(arguments: [
        "/", "/v1", "/v1/messages/", "/v1/messages/7/8", "/v1/messages/%", "/v1/messages/%FF", "/V1/messages",
        "/files/",
        "//v1/messages",
    ])
    func answersNotFound(target: String) async throws {
        let response = try await answer("GET", target)
        #expect(response.status == 404)
        #expect(response.contentType == "application/problem+json")
    }

    @Test func namesTheMethodsItHas() async throws {
        let response = try await answer("DELETE", "/v1/messages")
        #expect(response.status == 405)
        #expect(response.headers.contains { $0.name == "Allow" && $0.value == "POST, GET" })
    }

    @Test func asksTheGateFirst() async throws {
        #expect(try await answer("GET", "/nowhere", [("deny", "1")]).status == 403)
    }

    @Test func readsQueries() throws {
        let head = try #require(RequestHead(method: "GET", target: "/a?x=1&y=a%20b+c&z&bad=%G1&x=2"))
        #expect(head.queryItems.map(\.name) == ["x", "y", "z", "x"])
        #expect(head.query("y") == "a b c")
        #expect(head.query("z") == "")
        #expect(head.query("none") == nil)
        #expect(RequestHead(method: "GET", target: "a") == nil)
    }
}

@Suite struct HTTPServerProblemDocumentTests {
    @Test func writesItsMembersInOrder() {
        let problem = ProblemDocument(
            kind: "unreadable", title: "It cannot be read", status: 422, detail: "a \"quoted\"\n\u{1} word",
            origin: .adapter, isRetryable: false,
            issues: [
                .init(
                    code: "json.duplicate-key", path: "a/b", position: .init(offset: 3, line: 2, column: 1),
                    message: "twice", help: "leave one out")
            ])
        #expect(
            String(decoding: problem.json(), as: UTF8.self)
                == #"{"type":"urn:kuayu:problem:unreadable","title":"It cannot be read","status":422,"#
                + #""detail":"a \"quoted\"\n\u0001 word","origin":"adapter","retryable":false,"#
                + #""issues":[{"path":"a/b","line":2,"column":1,"code":"json.duplicate-key","message":"twice","#
                + #""help":"leave one out"}]}"#)
    }

    @Test func carriesRetryAfterAsAHeader() {
        let problem = ProblemDocument(
            kind: "busy", title: "Busy", status: 429, isRetryable: true, retryAfterSeconds: 7)
        let response = OutboundResponse.problem(problem)
        #expect(response.status == 429)
        #expect(response.headers.first?.name == "Retry-After")
        #expect(response.headers.first?.value == "7")
    }
}
