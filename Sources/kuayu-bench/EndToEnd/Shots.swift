import Foundation
import KuayuCrypto
import KuayuCurl
import KuayuEvidence
import KuayuFormats
import KuayuGateway
import KuayuModel
import Synchronization

/// Messages of a hub with what is needed to send them.
struct Ammunition: Sendable {
    let messages: [(key: String, bytes: [UInt8])]
    let contentType: String
    let origin: RegionCode
    let tls: PartnerTLS

    /// The request for one message, its headers signed now where the region signs.
    func request(_ index: Int, to base: String) -> PartnerRequest {
        var headers: [(name: String, value: String)] = [
            ("Content-Type", contentType), ("Idempotency-Key", messages[index].key),
        ]
        if origin == .zhejiang {
            let signature = HeaderSignature(rid: "zj-330000", sid: "s_1320000000000_0001", secret: Stage.secret)
            // Each message has a time of its own, however many are sent in a millisecond.
            let time = WallClock().now.adding(milliseconds: Int64(index % 200_000))
            headers += SignedHeaders.write(signature, at: time, crypto: LibCrypto())
        }
        return PartnerRequest(
            method: "POST", url: base + "/v1/messages", headers: headers, body: messages[index].bytes, tls: tls)
    }
}

/// What became of one message.
struct Shot: Sendable {
    /// When it was to be sent, whether or not the sender kept up.
    var intended: Int64 = 0
    /// When its answer was complete; 0 while there is none.
    var answered: Int64 = 0
    /// HTTP status; 0 without an answer.
    var status = 0
    /// The receipt's header line.
    var receipt = ""

    var isAccepted: Bool { status == 200 || status == 202 }

    /// The case that the receipt names; nil when it was refused.
    ///
    /// The signature is not what is measured here.
    var caseID: CaseID? {
        let parts = receipt.split(separator: ".")
        guard parts.count == 3, let payload = Base64URL.decode(String(parts[1])),
            let tape = try? JSONReader.read(payload), let node = tape.child(of: 0, named: Array("case".utf8))
        else { return nil }
        return CaseID(tape.text(node))
    }
}

/// Sends messages at a fixed rate whatever becomes of them (open loop) and keeps the score.
final class Shooting: Sendable {
    private struct State {
        var shots: [Shot]
        var answeredCount = 0
        var acceptedCount = 0
        var firstFault: String?
    }

    private let state: Mutex<State>
    private let ammunition: Ammunition
    private let transport: CurlTransport
    private let base: String

    init(_ ammunition: Ammunition, to base: String, over transport: CurlTransport) {
        self.ammunition = ammunition
        self.base = base
        self.transport = transport
        state = Mutex(State(shots: Array(repeating: Shot(), count: ammunition.messages.count)))
    }

    var shots: [Shot] { state.withLock { $0.shots } }
    var answeredCount: Int { state.withLock { $0.answeredCount } }
    var acceptedCount: Int { state.withLock { $0.acceptedCount } }
    var firstFault: String? { state.withLock { $0.firstFault } }

    /// Returns when the last message was handed to the transport.
    ///
    /// The thread of its own keeps the time; a task's sleep would be late by as much as the pool is busy.
    func shoot(perSecond rate: Double) async {
        await withCheckedContinuation { (done: CheckedContinuation<Void, Never>) in
            Thread.detachNewThread {
                let start = Nanoseconds.now + 1_000_000
                for index in self.ammunition.messages.indices {
                    let due = start + Int64(Double(index) * 1e9 / rate)
                    Nanoseconds.sleep(until: due)
                    self.fire(index, due)
                }
                done.resume()
            }
        }
    }

    private func fire(_ index: Int, _ due: Int64) {
        state.withLock { $0.shots[index].intended = due }
        transport.exchange(ammunition.request(index, to: base)) { self.record($0, index) }
    }

    private func record(_ outcome: PartnerOutcome, _ index: Int) {
        let now = Nanoseconds.now
        var status = 0
        var receipt = ""
        var fault: String?
        switch outcome {
        case .answered(let code, let headers, let body):
            status = code
            receipt = headers.first { $0.name.lowercased() == "kuayu-receipt" }?.value ?? ""
            if code != 200 && code != 202 {
                fault = "HTTP \(code): \(String(decoding: body.prefix(300), as: UTF8.self))"
            }
        case .notSent(let reason), .wrongIdentity(let reason), .possiblySent(let reason), .unreadable(let reason):
            fault = reason
        }
        state.withLock { state in
            state.shots[index].answered = now
            state.shots[index].status = status
            state.shots[index].receipt = receipt
            state.answeredCount += 1
            if fault == nil { state.acceptedCount += 1 }
            state.firstFault = state.firstFault ?? fault
        }
    }
}

/// Sends the same messages as fast as they are answered (closed loop), to see what the path itself can carry.
final class ClosedLoop: Sendable {
    /// What it gave.
    struct Figures: Sendable {
        var exchanges = 0
        var failures = 0
        var wall = 0.0
        var processor = 0.0

        var perSecond: Double { Double(exchanges) / max(wall, 1e-9) }
        /// Processor time of both ends, since both are in this process.
        var microseconds: Double { processor * 1e6 / Double(max(1, exchanges)) }
    }

    private struct State {
        var figures = Figures()
        var underWay = 0
        var next = 0
        var done: CheckedContinuation<Void, Never>?
    }

    private let state = Mutex(State())
    private let ammunition: Ammunition
    private let transport: CurlTransport
    private let base: String
    private let end: Int64

    private init(_ ammunition: Ammunition, to base: String, over transport: CurlTransport, seconds: Double) {
        self.ammunition = ammunition
        self.base = base
        self.transport = transport
        end = Nanoseconds.now + Int64(seconds * 1e9)
    }

    /// Runs for `seconds` with so many requests under way.
    static func run(
        _ ammunition: Ammunition, to base: String, over transport: CurlTransport, seconds: Double, connections: Int
    ) async -> Figures {
        let start = (wall: Nanoseconds.now, processor: Nanoseconds.processor)
        let loop = ClosedLoop(ammunition, to: base, over: transport, seconds: seconds)
        await withCheckedContinuation { done in
            loop.state.withLock { state in
                state.done = done
                state.underWay = connections
            }
            for _ in 0..<connections { loop.fire() }
        }
        var figures = loop.state.withLock { $0.figures }
        figures.wall = Double(Nanoseconds.now - start.wall) / 1e9
        figures.processor = Double(Nanoseconds.processor - start.processor) / 1e9
        return figures
    }

    private func fire() {
        let index = state.withLock { state in
            state.next += 1
            return (state.next - 1) % ammunition.messages.count
        }
        transport.exchange(ammunition.request(index, to: base)) { self.finished($0) }
    }

    private func finished(_ outcome: PartnerOutcome) {
        var isSuccess = false
        if case .answered(202, _, _) = outcome { isSuccess = true }
        let isOver = Nanoseconds.now >= end || !isSuccess
        let done: CheckedContinuation<Void, Never>? = state.withLock { state in
            if isSuccess { state.figures.exchanges += 1 } else { state.figures.failures += 1 }
            guard isOver else { return nil }
            state.underWay -= 1
            guard state.underWay == 0 else { return nil }
            defer { state.done = nil }
            return state.done
        }
        if isOver { done?.resume() } else { fire() }
    }
}
