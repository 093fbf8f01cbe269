import KuayuHTTP
import KuayuHubs
import Logging

/// Servers of this process, each for as long as somebody needs it.
enum Servers {
    /// Serves over mutual TLS on a free port while `body` runs, then ends.
    static func serving<Result: Sendable>(
        _ responder: any RequestResponder, tls: ServerTLSFiles, _ body: (_ port: Int) async throws -> Result
    ) async throws -> Result {
        var logger = Logger(label: "bench")
        logger.logLevel = .error
        let (ports, bound) = AsyncStream.makeStream(of: Int.self)
        let server = try HTTPServer(
            host: "127.0.0.1", port: 0, security: .mutualTLS(tls, identify: CertificateIdentity.read),
            responder: responder, logger: logger, onBound: { bound.yield($0) })
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                defer { bound.finish() }
                try await server.run()
            }
            guard let port = await ports.first(where: { _ in true }) else {
                try await group.waitForAll()
                throw BenchFailure("a server of the benchmark did not start")
            }
            let result = try await body(port)
            try await server.shutdown()
            try await group.waitForAll()
            return result
        }
    }
}

extension Stage {
    /// What a hub's server shows and believes.
    func serverFiles(_ name: String) -> ServerTLSFiles {
        ServerTLSFiles(
            certificatePath: "\(certificates)/\(name).pem", keyPath: "\(certificates)/\(name).key.pem",
            authorityPath: "\(certificates)/authority.pem")
    }
}
