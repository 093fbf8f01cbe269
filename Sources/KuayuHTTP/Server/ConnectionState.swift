import NIOCore
import Synchronization

/// What a connection's channel handlers and the task that serves it share.
final class ConnectionState: Sendable {
    /// The connection that the current task serves.
    @TaskLocal static var current: ConnectionState?

    /// What a request on the connection is waiting for.
    enum Phase: Equatable {
        /// No request has been begun.
        case idle
        /// The responder is at work; it bounds itself.
        case working
        /// The client is to send or to take something since this time.
        case client(since: NIODeadline)
    }

    private static let workingMark: UInt64 = 1

    private let peerIdentity = Mutex<PeerIdentity?>(nil)
    /// 0 idle, 1 working, otherwise the uptime in nanoseconds at which waiting for the client began.
    private let mark = Atomic<UInt64>(0)
    private let begun = Atomic<UInt64>(0)

    /// Who the client is; set before the first byte of a request is decoded.
    var peer: PeerIdentity? {
        get { peerIdentity.withLock { $0 } }
        set { peerIdentity.withLock { $0 = newValue } }
    }

    /// How many requests were begun on this connection.
    var requestCount: UInt64 { begun.load(ordering: .relaxed) }

    var phase: Phase {
        switch mark.load(ordering: .relaxed) {
        case 0: .idle
        case ConnectionState.workingMark: .working
        case let nanoseconds: .client(since: .uptimeNanoseconds(nanoseconds))
        }
    }

    func beginRequest() {
        begun.wrappingAdd(1, ordering: .relaxed)
        waitForClient()
    }

    func beginWork() {
        mark.store(ConnectionState.workingMark, ordering: .relaxed)
    }

    func waitForClient() {
        mark.store(max(2, NIODeadline.now().uptimeNanoseconds), ordering: .relaxed)
    }

    func endRequest() {
        mark.store(0, ordering: .relaxed)
    }
}
