import Foundation
import KuayuCurl
import KuayuGateway
import KuayuHTTP
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(2)))
struct CurlTransportTests {
    private let folder: TLSFolder
    private let transport: CurlTransport

    init() throws {
        folder = try TLSFolder()
        transport = try CurlTransport()
    }

    private func request(
        _ port: Int, body: String = "hello", tls: PartnerTLS? = nil, limits: PartnerLimits = PartnerLimits(),
        path: String = "/v1/messages"
    ) -> PartnerRequest {
        PartnerRequest(
            method: "POST", url: "https://127.0.0.1:\(port)\(path)",
            headers: [("Content-Type", "application/json"), ("Kuayu-Message-Id", "m1")], body: Array(body.utf8),
            tls: tls ?? folder.client(), limits: limits)
    }

    @Test func exchangesOverMutualTLS() async throws {
        try await withServer(folder.mutualTLS(), responder: ClosureResponder.echo) { port, _ in
            let tls = folder.client(pins: ["AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", folder.serverPin])
            let outcome = await transport.exchange(request(port, tls: tls))
            #expect(outcome.status == 200, "\(outcome.reason)")
            #expect(outcome.body == Array("hello".utf8))
            #expect(outcome.header("Kuayu-Peer") == "urn:kuayu:hub:320000")
            #expect(outcome.header("content-length") == "5")
        }
    }

    @Test func sendsGETWithoutBody() async throws {
        let responder = ClosureResponder { .text("\($0.method) \($0.path ?? "?") \($0.header("Content-Type") ?? "-")") }
        try await withServer(folder.mutualTLS(), responder: responder) { port, _ in
            let get = PartnerRequest(method: "GET", url: "https://127.0.0.1:\(port)/a%20b", tls: folder.client())
            #expect(await transport.exchange(get).body == Array("GET /a b -".utf8))
        }
    }

    @Test(arguments: [0, 1, 16_383, 65_536, 65_537, 1_000_000])
    func carriesBodiesOfAnySize(count: Int) async throws {
        try await withServer(folder.mutualTLS(), responder: ClosureResponder.echo) { port, _ in
            let body = String(repeating: "办", count: count / 3) + String(repeating: "x", count: count % 3)
            #expect(await transport.exchange(request(port, body: body)).body == Array(body.utf8))
        }
    }

    @Test func keepsBodiesApartInManyExchangesAtOnce() async throws {
        try await withServer(folder.mutualTLS(), responder: ClosureResponder.echo) { port, _ in
            let wrong = await withTaskGroup(of: String?.self) { group in
                for number in 0..<200 {
                    let body = String(repeating: "\(number),", count: 50 + number)
                    group.addTask {
                        let outcome = await transport.exchange(request(port, body: body))
                        return outcome.body == Array(body.utf8) ? nil : "\(number): \(outcome.reason)"
                    }
                }
                var wrong: [String] = []
                for await problem in group { if let problem { wrong.append(problem) } }
                return wrong
            }
            #expect(wrong == [])
        }
    }

    // MARK: Identity

    @Test(arguments: ["foreign-server", "expired-server", "misnamed-server"])
    func recognisesAPartnerThatIsAnother(server: String) async throws {
        try await withServer(folder.mutualTLS(server), responder: ClosureResponder.echo) { port, _ in
            let outcome = await transport.exchange(request(port))
            #expect(outcome.outcomeClass == .wrongIdentity, "\(outcome.reason)")
        }
    }

    @Test func recognisesAKeyThatIsNotPinned() async throws {
        try await withServer(folder.mutualTLS("next-server"), responder: ClosureResponder.echo) { port, _ in
            let tls = folder.client(pins: [folder.serverPin])
            let outcome = await transport.exchange(request(port, tls: tls))
            #expect(outcome.outcomeClass == .wrongIdentity, "\(outcome.reason)")
        }
    }

    @Test(arguments: ["foreign-hub", "expired-hub"])
    func reportsThatThePartnerRefusesOurCertificate(client: String) async throws {
        let asked = Atomic<Int>(0)
        let responder = ClosureResponder { _ in
            asked.wrappingAdd(1, ordering: .relaxed)
            return .text("")
        }
        try await withServer(folder.mutualTLS(), responder: responder) { port, _ in
            let outcome = await transport.exchange(request(port, tls: folder.client(client)))
            // The alert may be overtaken by a reset, after which nobody can say.
            #expect([.wrongIdentity, .possiblySent].contains(outcome.outcomeClass), "\(outcome.reason)")
        }
        #expect(asked.load(ordering: .relaxed) == 0)
    }

    @Test func refusesAClientWithoutCertificate() async throws {
        // A plain TLS client: the server must not answer it.
        try await withServer(folder.mutualTLS(), responder: ClosureResponder.echo) { port, _ in
            let status = await RawClient.blocking { [path = folder.file("home.pem")] in
                let curl = Process()
                curl.executableURL = URL(fileURLWithPath: "/usr/bin/env")
                curl.arguments = ["curl", "-s", "--cacert", path, "https://127.0.0.1:\(port)/"]
                curl.standardOutput = FileHandle.nullDevice
                do { try curl.run() } catch { return Int32(-1) }
                curl.waitUntilExit()
                return curl.terminationStatus
            }
            #expect(status != 0)
        }
    }

    @Test func usesNewCertificatesForNewConnections() async throws {
        try await withServer(folder.mutualTLS("next-server"), responder: ClosureResponder.echo) { port, server in
            let tls = folder.client(pins: [folder.serverPin])
            #expect(await transport.exchange(request(port, tls: tls)).outcomeClass == .wrongIdentity)
            try server.reload(folder.serverFiles("server"))
            #expect(await transport.exchange(request(port, tls: tls)).status == 200)
            #expect(throws: (any Error).self) { try server.reload(folder.serverFiles("missing")) }
            #expect(await transport.exchange(request(port, tls: tls)).status == 200)
        }
    }

    // MARK: Nothing sent

    @Test func reportsThatNothingWasSent() async throws {
        // Bound and released: nobody listens there.
        let port = try await withServer(.plain, responder: ClosureResponder.echo) { port, _ in port }
        #expect(await transport.exchange(request(port)).outcomeClass == .notSent)
    }

    @Test(arguments: [
        ("POST", "http://127.0.0.1:1/", "a", "b"), ("PUT", "https://127.0.0.1:1/", "a", "b"),
        ("POST", "https://127.0.0.1:1/", "a", "b\r\nc: d"), ("POST", "https://127.0.0.1:1/", "a b", "c"),
        ("POST", "https://169.254.169.254/", "a", "b"), ("POST", "https://[fe80::1]/", "a", "b"),
        ("POST", "https://0.0.0.0:1/", "a", "b"), ("POST", "https://user@127.0.0.1:1/", "a", "b"),
        ("POST", "https://name.invalid/", "a", "b"), ("GET", "https://", "a", "b"),
    ])
    func refusesWhatMustNotBeSent(method: String, url: String, name: String, value: String) async {
        let request = PartnerRequest(method: method, url: url, headers: [(name, value)], tls: folder.client())
        #expect(await transport.exchange(request).outcomeClass == .notSent)
    }

    @Test(arguments: ["certificate", "key", "authority"])
    func reportsFilesThatAreMissing(which: String) async throws {
        try await withServer(folder.mutualTLS(), responder: ClosureResponder.echo) { port, _ in
            var tls = folder.client()
            switch which {
            case "certificate": tls.certificatePath += ".missing"
            case "key": tls.keyPath += ".missing"
            default: tls.authorityPath += ".missing"
            }
            let outcome = await transport.exchange(request(port, tls: tls))
            #expect(outcome.outcomeClass == .notSent, "\(outcome.reason)")
        }
    }

    // MARK: Limits and doubts

    @Test(arguments: [(99, OutcomeClass.unreadable), (100, .answered), (101, .answered)])
    func readsNoMoreThanTheLimit(limit: Int, expected: OutcomeClass) async throws {
        try await withServer(folder.mutualTLS(), responder: ClosureResponder.echo) { port, _ in
            let body = String(repeating: "x", count: 100)
            let outcome = await transport.exchange(request(port, body: body, limits: PartnerLimits(replyBytes: limit)))
            #expect(outcome.outcomeClass == expected, "\(outcome.reason)")
        }
    }

    @Test func readsTheRefusalOfABodyThatIsTooLarge() async throws {
        let limits = HTTPLimits(bodyBytes: 1_000)
        try await withServer(folder.mutualTLS(), limits: limits, responder: ClosureResponder.echo) { port, _ in
            let outcome = await transport.exchange(request(port, body: String(repeating: "x", count: 1_001)))
            #expect(outcome.status == 413, "\(outcome.reason)")
            #expect(outcome.header("Content-Type") == "application/problem+json")
            #expect(await transport.exchange(request(port, body: String(repeating: "x", count: 1_000))).status == 200)
        }
    }

    @Test func neverFollowsARedirect() async throws {
        let paths = Mutex<[String]>([])
        let responder = ClosureResponder { request in
            paths.withLock { $0.append(request.path ?? "") }
            return OutboundResponse(status: 307, headers: [("Location", "/elsewhere")])
        }
        try await withServer(folder.mutualTLS(), responder: responder) { port, _ in
            let outcome = await transport.exchange(request(port, path: "/here"))
            #expect(outcome.status == 307)
            #expect(outcome.header("Location") == "/elsewhere")
        }
        #expect(paths.withLock { $0 } == ["/here"])
    }

    @Test func refusesAContentCodingThatNobodyAskedFor() async throws {
        let responder = ClosureResponder { _ in
            OutboundResponse(status: 200, headers: [("Content-Encoding", "gzip")], body: [0x1F, 0x8B])
        }
        try await withServer(folder.mutualTLS(), responder: responder) { port, _ in
            #expect(await transport.exchange(request(port)).outcomeClass == .unreadable)
        }
    }

    @Test func isInDoubtWhenThePartnerDoesNotAnswerInTime() async throws {
        let (asked, gate) = (Gate(), Gate())
        let responder = ClosureResponder { _ in
            asked.open()
            await gate.wait()
            return .text("late")
        }
        try await withServer(folder.mutualTLS(), responder: responder) { port, _ in
            async let outcome = transport.exchange(request(port, limits: PartnerLimits(totalMilliseconds: 1_000)))
            await asked.wait()
            #expect(await outcome.outcomeClass == .possiblySent)
            gate.open()
        }
    }

    @Test(
        .enabled(if: MisbehavingPeer.isAvailable, "openssl is not installed"),
        arguments: [
            ("nothing, then hangs up", "", OutcomeClass.possiblySent),
            ("a part, then hangs up", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc", .possiblySent),
            ("garbage", "GARBAGE GARBAGE GARBAGE\r\n\r\n", .unreadable),
        ])
    func judgesPartnersThatMisbehave(name: String, reply: String, expected: OutcomeClass) async throws {
        let peer = try MisbehavingPeer(folder)
        let port = await peer.port()
        async let outcome = transport.exchange(
            request(port, body: "last-word", limits: .init(totalMilliseconds: 5_000)))
        await peer.serve(after: "last-word", reply: reply, thenHangsUp: true)
        let result = await outcome
        #expect(result.outcomeClass == expected, "\(name): \(result.reason)")
    }

    @Test(.enabled(if: MisbehavingPeer.isAvailable, "openssl is not installed"))
    func neverRepeatsWhatThePartnerMayHaveApplied() async throws {
        let peer = try MisbehavingPeer(folder, connectionCount: 2)
        let port = await peer.port()
        async let first = transport.exchange(request(port, body: "first-word"))
        await peer.serve(
            after: "first-word", reply: "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", thenHangsUp: false)
        #expect(await first.status == 200)
        // libcurl by itself would send the second request again on a new connection.
        async let second = transport.exchange(request(port, body: "second-word"))
        await peer.hangUp(after: "second-word")
        let outcome = await second
        #expect(outcome.outcomeClass == .possiblySent)
        #expect(outcome.reason.contains("closed a kept connection"), "\(outcome.reason)")
    }

    // MARK: Life of the driver

    @Test func runsNoMoreThanItsSlotsAndTheRestInOrder() async throws {
        let narrow = try CurlTransport(configuration: CurlConfiguration(slots: 1))
        let bodies = Mutex<[String]>([])
        let responder = ClosureResponder { request in
            bodies.withLock { $0.append(String(decoding: request.body, as: UTF8.self)) }
            return .text("")
        }
        try await withServer(folder.mutualTLS(), responder: responder) { port, _ in
            let (done, finished) = AsyncStream.makeStream(of: Void.self)
            for number in 0..<20 {
                narrow.exchange(request(port, body: "\(number)")) { _ in finished.yield() }
            }
            var count = 0
            for await _ in done {
                count += 1
                if count == 20 { break }
            }
        }
        #expect(bodies.withLock { $0 } == (0..<20).map(String.init))
    }

    @Test func failsWhatWaitsAndLetsGoOfWhatRunsOnShutdown() async throws {
        let narrow = try CurlTransport(configuration: CurlConfiguration(slots: 1))
        let (asked, gate) = (Gate(), Gate())
        let responder = ClosureResponder { _ in
            asked.open()
            await gate.wait()
            return .text("")
        }
        try await withServer(folder.mutualTLS(), responder: responder) { port, _ in
            async let running = narrow.exchange(request(port))
            await asked.wait()
            async let waiting = narrow.exchange(request(port))
            await narrow.shutdown(grace: .zero)
            #expect(await running.outcomeClass == .possiblySent)
            #expect(await waiting.outcomeClass == .notSent)
            #expect(await narrow.exchange(request(port)).outcomeClass == .notSent)
            await narrow.shutdown()
            gate.open()
        }
    }

    @Test func refusesMoreThanItsQueueHolds() async throws {
        let narrow = try CurlTransport(configuration: CurlConfiguration(queueLimit: 0))
        #expect(await narrow.exchange(request(1)).outcomeClass == .notSent)
    }

    @Test func letsRequestsInProgressFinishOnGracefulShutdown() async throws {
        let (asked, gate) = (Gate(), Gate())
        let responder = ClosureResponder { _ in
            asked.open()
            await gate.wait()
            return .text("done")
        }
        try await withServer(folder.mutualTLS(), responder: responder) { port, server in
            async let outcome = transport.exchange(request(port))
            await asked.wait()
            async let stopped: Void = server.shutdown()
            gate.open()
            #expect(await outcome.body == Array("done".utf8))
            try await stopped
        }
    }
}
