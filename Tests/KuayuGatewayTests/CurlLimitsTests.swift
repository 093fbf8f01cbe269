import KuayuCurl
import KuayuGateway
import KuayuHTTP
import Synchronization
import Testing

/// What one client may use of a server.
@Suite(.timeLimit(.minutes(2)))
struct CurlLimitsTests {
    private let folder: HubFolder

    init() throws {
        folder = try HubFolder()
    }

    private static func next(_ counter: borrowing Atomic<Int>) -> Int {
        counter.wrappingAdd(1, ordering: .relaxed).newValue
    }

    private func request(_ port: Int, as client: String) -> PartnerRequest {
        var tls = folder.client()
        tls.certificatePath = folder.file("\(client).pem")
        tls.keyPath = folder.file("\(client).key")
        // Generous: a hundred handshakes at once take their time on a busy machine.
        return PartnerRequest(
            method: "POST", url: "https://127.0.0.1:\(port)/busy", body: [1], tls: tls,
            limits: PartnerLimits(connectMilliseconds: 40_000, totalMilliseconds: 50_000))
    }

    @Test func givesOneClientNoMoreConnectionsThanTheLimit() async throws {
        let limit = 128
        let transport = try CurlTransport(configuration: CurlConfiguration(slots: limit + 8))
        let (full, gate) = (Gate(), Gate())
        let held = Atomic<Int>(0)
        let responder = ClosureResponder { request in
            guard request.peer?.uriSANs == ["urn:kuayu:hub:320000"] else { return .text("other") }
            if CurlLimitsTests.next(held) == limit { full.open() }
            await gate.wait()
            return .text("done")
        }
        try await withServer(folder.security("hub-a"), responder: responder) { port, _ in
            try await withThrowingTaskGroup(of: Int?.self) { group in
                for _ in 0..<limit {
                    group.addTask {
                        let status = await transport.exchange(request(port, as: "hub-b")).status
                        // One that ends too early must not leave the others waiting for it.
                        full.open()
                        return status
                    }
                }
                await full.wait()
                // Another certificate of the same hub is the same client.
                #expect(await transport.exchange(request(port, as: "client")).status == nil)
                #expect(await transport.exchange(request(port, as: "hub-b")).status == nil)
                // The others are served.
                #expect(await transport.exchange(request(port, as: "hub-a")).body == Array("other".utf8))
                gate.open()
                for try await status in group { #expect(status == 200) }
            }
            #expect(held.load(ordering: .relaxed) == limit)
            // Places become free when connections close, which the server hears of in its own time.
            await transport.shutdown()
            let later = try CurlTransport()
            var status: Int?
            for _ in 0..<1_000 where status != 200 {
                status = await later.exchange(request(port, as: "hub-b")).status
            }
            #expect(status == 200)
        }
    }

    @Test func asksAHubWithTooManyRequestsToComeAgain() async throws {
        let transport = try CurlTransport()
        let requests = PeerRequests(limit: 3)
        let (full, gate) = (Gate(), Gate())
        let begun = Atomic<Int>(0)
        var table = RouteTable(gate: { requests.refusal(of: $0.peer?.uriSANs.first ?? "") })
        table.on("POST", "/busy") { request, _ in
            await requests.run(request.peer?.uriSANs.first ?? "") {
                if CurlLimitsTests.next(begun) == 3 { full.open() }
                if request.peer?.uriSANs.first == "urn:kuayu:hub:320000" { await gate.wait() }
                return .text("done")
            }
        }
        try await withServer(folder.security("hub-a"), responder: table) { port, _ in
            await withTaskGroup(of: Int?.self) { group in
                for _ in 0..<3 {
                    group.addTask {
                        let status = await transport.exchange(request(port, as: "hub-b")).status
                        full.open()
                        return status
                    }
                }
                await full.wait()
                let refused = await transport.exchange(request(port, as: "hub-b"))
                #expect(refused.status == 429, "\(refused.reason)")
                #expect(refused.header("Retry-After") == "1")
                #expect(refused.header("Content-Type") == "application/problem+json")
                #expect(await transport.exchange(request(port, as: "hub-a")).status == 200)
                gate.open()
                for await status in group { #expect(status == 200) }
            }
            #expect(await transport.exchange(request(port, as: "hub-b")).status == 200)
        }
    }

    @Test func countsEachClientAlone() async {
        let requests = PeerRequests(limit: 1)
        let answer = await requests.run("a") {
            #expect(requests.refusal(of: "a")?.status == 429)
            #expect(await requests.run("a", { .text("") }).status == 429)
            #expect(requests.refusal(of: "b") == nil)
            #expect(await requests.run("b", { .text("") }).status == 200)
            return .text("")
        }
        #expect(answer.status == 200)
        #expect(requests.refusal(of: "a") == nil)
    }
}
