import Foundation
import KuayuHTTP
import Logging
import ServiceLifecycle

/// Loads the gateway's certificate anew when its file changes, and announces its expiry from 30 days before.
struct CertificateWatch: Service {
    let files: ServerTLSFiles
    let server: HTTPServer
    let logger: Logger
    /// Pause between two looks.
    var interval: Duration = .seconds(5)

    func run() async throws {
        // The end of the service is no failure of it.
        try? await cancelWhenGracefulShutdown { try await follow() }
    }

    private func follow() async throws {
        var last = modified
        var isAnnounced = false
        while !Task.isCancelled {
            let now = modified
            if now != last {
                last = now
                reload()
                isAnnounced = false
            }
            if !isAnnounced { isAnnounced = announceExpiry() }
            try await Task.sleep(for: interval)
        }
    }

    private var modified: [Date?] {
        [files.certificatePath, files.keyPath, files.authorityPath].map {
            (try? FileManager.default.attributesOfItem(atPath: $0))?[.modificationDate] as? Date
        }
    }

    private func reload() {
        do {
            try server.reload(files)
            logger.info("certificates were loaded anew")
        } catch {
            logger.error("changed certificates cannot be used; the old ones stay", metadata: ["reason": "\(error)"])
        }
    }

    /// True once there is something to announce and it was announced.
    private func announceExpiry() -> Bool {
        guard let left = CertificateFolder.daysLeft(path: files.certificatePath), left <= 30 else { return false }
        logger.warning("the gateway's certificate expires soon", metadata: ["days": "\(left)"])
        return true
    }
}
