import Foundation
import KuayuCrypto
import KuayuGateway
import KuayuHTTP
import Logging
import Synchronization

/// Certificates for one test, in a folder that goes with it.
final class TLSFolder: Sendable {
    let path: String
    /// The pin of the server's key.
    let serverPin: String

    /// An authority with a server, a hub and both expired; a foreign authority with a hub and a server of its own.
    init() throws {
        path = FileManager.default.temporaryDirectory.appendingPathComponent("kuayu-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        let home = try CertificateAuthority.make(commonName: "home", days: 2)
        let foreign = try CertificateAuthority.make(commonName: "foreign", days: 2)
        let host = CertificateNames(ipAddresses: ["127.0.0.1"])
        let hub = CertificateNames(uris: ["urn:kuayu:hub:320000"])
        let server = try home.issue(commonName: "server", names: host, days: 1)
        serverPin = try CertificateSummary(pem: server.certificatePEM).pin
        try write(home.certificatePEM, "home.pem")
        try write(foreign.certificatePEM, "foreign.pem")
        try write(server, "server")
        try write(home.issue(commonName: "hub", names: hub, days: 1), "hub")
        try write(home.issue(commonName: "server", names: host, days: -1), "expired-server")
        try write(home.issue(commonName: "hub", names: hub, days: -1), "expired-hub")
        try write(home.issue(commonName: "server", names: host, days: 1), "next-server")
        let elsewhere = CertificateNames(ipAddresses: ["127.0.0.2"])
        try write(home.issue(commonName: "server", names: elsewhere, days: 1), "misnamed-server")
        try write(foreign.issue(commonName: "hub", names: hub, days: 1), "foreign-hub")
        try write(foreign.issue(commonName: "server", names: host, days: 1), "foreign-server")
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    func file(_ name: String) -> String { "\(path)/\(name)" }

    func serverFiles(_ name: String = "server") -> ServerTLSFiles {
        ServerTLSFiles(
            certificatePath: file("\(name).pem"), keyPath: file("\(name).key"), authorityPath: file("home.pem"))
    }

    func mutualTLS(_ name: String = "server") -> ServerSecurity {
        .mutualTLS(serverFiles(name), identify: TLSFolder.identify)
    }

    func client(_ name: String = "hub", authority: String = "home", pins: [String] = []) -> PartnerTLS {
        PartnerTLS(
            certificatePath: file("\(name).pem"), keyPath: file("\(name).key"), authorityPath: file("\(authority).pem"),
            pins: pins)
    }

    @Sendable static func identify(_ der: [UInt8]) throws -> PeerIdentity {
        let summary = try CertificateSummary(der: der)
        return PeerIdentity(
            uriSANs: summary.names.uris, spkiPin: summary.pin, subject: summary.subject, serialNumber: summary.serial,
            notAfter: summary.notAfter)
    }

    private func write(_ issued: IssuedCertificate, _ name: String) throws {
        try write(issued.certificatePEM, "\(name).pem")
        try write(issued.keyPEM, "\(name).key")
    }

    private func write(_ text: String, _ name: String) throws {
        try text.write(toFile: file(name), atomically: false, encoding: .utf8)
    }
}

/// A responder made of closures.
struct ClosureResponder: RequestResponder {
    var admission: @Sendable (RequestHead) -> OutboundResponse? = { _ in nil }
    var answer: @Sendable (InboundRequest) async -> OutboundResponse

    func admit(_ head: RequestHead) -> OutboundResponse? { admission(head) }

    func respond(to request: InboundRequest) async -> OutboundResponse { await answer(request) }

    /// Sends the body back, with who sent it.
    static let echo = ClosureResponder { request in
        OutboundResponse(
            status: 200, contentType: "application/octet-stream",
            headers: [("Kuayu-Peer", request.peer?.uriSANs.joined(separator: " ") ?? "nobody")], body: request.body)
    }
}

/// Runs a server on a free port for as long as `body` runs.
func withServer<Result: Sendable>(
    _ security: ServerSecurity, limits: HTTPLimits = HTTPLimits(), responder: any RequestResponder,
    _ body: (Int, HTTPServer) async throws -> Result
) async throws -> Result {
    let (ports, bound) = AsyncStream.makeStream(of: Int.self)
    let server = try HTTPServer(
        host: "127.0.0.1", port: 0, security: security, limits: limits, responder: responder,
        logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
        onBound: { bound.yield($0) })
    return try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask {
            defer { bound.finish() }
            try await server.run()
        }
        guard let port = await ports.first(where: { _ in true }) else {
            try await group.waitForAll()
            throw ServerDidNotStart()
        }
        let result: Swift.Result<Result, any Error>
        do { result = .success(try await body(port, server)) } catch { result = .failure(error) }
        try await server.shutdown()
        try await group.waitForAll()
        return try result.get()
    }
}

struct ServerDidNotStart: Error {}

/// Opens once; everyone who waits or comes later passes.
final class Gate: Sendable {
    private let state = Mutex<(isOpen: Bool, waiters: [CheckedContinuation<Void, Never>])>((false, []))

    func wait() async {
        await withCheckedContinuation { continuation in
            let isOpen = state.withLock { state in
                if !state.isOpen { state.waiters.append(continuation) }
                return state.isOpen
            }
            if isOpen { continuation.resume() }
        }
    }

    func open() {
        let waiters = state.withLock { state in
            defer { state = (true, []) }
            return state.waiters
        }
        for waiter in waiters { waiter.resume() }
    }
}

/// Speaks to a server byte by byte.
enum RawClient {
    /// Sends `bytes` in one piece and returns all that comes until the server closes.
    static func exchange(port: Int, _ bytes: String) async -> String {
        await blocking {
            let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            defer { close(descriptor) }
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = in_port_t(UInt16(port).bigEndian)
            address.sin_addr.s_addr = inet_addr("127.0.0.1")
            let size = socklen_t(MemoryLayout<sockaddr_in>.size)
            let connected = withUnsafePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, size) }
            }
            guard connected == 0 else { return "not connected" }
            let data = Array(bytes.utf8)
            guard send(descriptor, data, data.count, Int32(MSG_NOSIGNAL)) == data.count else {
                return "not sent"
            }
            var reply: [UInt8] = []
            var chunk = [UInt8](repeating: 0, count: 4_096)
            while case let count = recv(descriptor, &chunk, chunk.count, 0), count > 0 { reply += chunk[..<count] }
            return String(decoding: reply, as: UTF8.self)
        }
    }

    /// Runs blocking work away from the tasks' threads.
    static func blocking<Result: Sendable>(_ work: @escaping @Sendable () -> Result) async -> Result {
        await withCheckedContinuation { continuation in
            Thread { continuation.resume(returning: work()) }.start()
        }
    }
}
