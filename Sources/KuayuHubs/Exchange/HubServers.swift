import KuayuCrypto
public import KuayuHTTP
import KuayuModel
import Synchronization

/// The two servers of a hub: its own interface over mutual TLS, and a plain one on loopback to look at it and steer it.
struct HubServers {
    let node: HubNode

    func run(_ onReady: @escaping @Sendable (HubAddresses) -> Void) async throws {
        let gate = ReadyGate(onReady)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                let server = try HTTPServer(
                    host: "127.0.0.1", port: node.settings.controlPort, security: .plain,
                    responder: ControlAPI(node: node).table, logger: node.logger, onBound: { gate.control($0) })
                try await server.run()
            }
            if node.settings.region == .anhui {
                gate.main(0)
            } else {
                group.addTask { try await serve(gate) }
            }
            try await group.waitForAll()
        }
    }

    /// The hub's own interface; goes away and comes back on the same port as the misbehaviour says.
    private func serve(_ gate: ReadyGate) async throws {
        while true {
            let server = try HTTPServer(
                host: node.settings.address, port: gate.port ?? node.settings.port,
                security: .mutualTLS(
                    ServerTLSFiles(
                        certificatePath: node.settings.certificate, keyPath: node.settings.key,
                        authorityPath: node.settings.authority), identify: CertificateIdentity.read),
                responder: HubAPI(node: node).table, logger: node.logger, onBound: { gate.main($0) })
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await server.run() }
                while node.behaviour != .down { try await Task.sleep(for: .milliseconds(50)) }
                try await server.shutdown()
                try await group.waitForAll()
            }
            while node.behaviour == .down { try await Task.sleep(for: .milliseconds(50)) }
        }
    }
}

/// Reads who a client proved to be from its certificate.
public enum CertificateIdentity {
    /// From a certificate in DER.
    public static let read: @Sendable ([UInt8]) throws -> PeerIdentity = { der in
        let summary = try CertificateSummary(der: der)
        return PeerIdentity(
            uriSANs: summary.names.uris, spkiPin: summary.pin, subject: summary.subject,
            serialNumber: summary.serial, notAfter: summary.notAfter)
    }
}

/// Tells once when both servers listen.
private final class ReadyGate: Sendable {
    private let state = Mutex((main: Int?.none, control: Int?.none, isTold: false))
    private let onReady: @Sendable (HubAddresses) -> Void

    init(_ onReady: @escaping @Sendable (HubAddresses) -> Void) { self.onReady = onReady }

    var port: Int? { state.withLock { $0.main } }

    func main(_ port: Int) {
        state.withLock { $0.main = port }
        tell()
    }

    func control(_ port: Int) {
        state.withLock { $0.control = port }
        tell()
    }

    private func tell() {
        let addresses: HubAddresses? = state.withLock { state in
            guard let main = state.main, let control = state.control, !state.isTold else { return nil }
            state.isTold = true
            return HubAddresses(port: main, controlPort: control)
        }
        if let addresses { onReady(addresses) }
    }
}
