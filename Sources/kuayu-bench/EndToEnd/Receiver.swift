import KuayuEvidence
import KuayuHTTP
import KuayuHubs
import KuayuModel
import Synchronization

/// A hub that takes everything at once and remembers when.
///
/// What it was told is read after the run.
struct Receiver: RequestResponder {
    private let arrivals: Arrivals
    private let contentType: String
    private let reply: [UInt8]

    init(_ region: RegionCode, arrivals: Arrivals) throws {
        guard let success = NewCases.success(of: region) else { throw BenchFailure("\(region.text) takes no pushes") }
        (contentType, reply) = success
        self.arrivals = arrivals
    }

    func respond(to request: InboundRequest) async -> OutboundResponse {
        guard request.method == "POST", let cases = request.header(CaseHeader.name) else {
            return OutboundResponse(status: 404)
        }
        arrivals.add(cases)
        return OutboundResponse(status: 200, contentType: contentType, body: reply)
    }
}

/// What reached a hub: header lines as they came, and when they were answered.
final class Arrivals: Sendable {
    private struct State {
        var lines: [(at: Int64, cases: String)] = []
        var caseCount = 0
    }

    private let state = Mutex(State())

    func add(_ cases: String) {
        // No member of the list holds a comma.
        let count = cases.utf8.reduce(1) { $0 + ($1 == UInt8(ascii: ",") ? 1 : 0) }
        let now = Nanoseconds.now
        state.withLock { state in
            state.lines.append((now, cases))
            state.caseCount += count
        }
    }

    /// Cases so far, repeated ones too.
    var caseCount: Int { state.withLock { $0.caseCount } }

    func clear() { state.withLock { $0 = State() } }

    /// When each event first arrived, by case and version.
    func firstTimes() throws -> [CaseID: [Int: Int64]] {
        var times: [CaseID: [Int: Int64]] = [:]
        for line in state.withLock({ $0.lines }) {
            for entry in try CaseHeader.parse(line.cases) where times[entry.caseID]?[entry.version] == nil {
                times[entry.caseID, default: [:]][entry.version] = line.at
            }
        }
        return times
    }
}

/// The peer: answers 202 and does nothing.
struct BareResponder: RequestResponder {
    func respond(to request: InboundRequest) async -> OutboundResponse { OutboundResponse(status: 202) }
}
