import KuayuHTTP
import KuayuModel
import Synchronization

/// A simulated licence library (电子证照库): knows every identifier with a right check character, unless it was told
/// otherwise.
final class LicenceShelf: Sendable {
    /// What the library says of a licence.
    enum State: String, Sendable, CaseIterable {
        case valid, expired, revoked, unknown
    }

    private let told = Mutex<[String: State]>([:])
    private let asked = Mutex(0)

    /// How many look-ups there were.
    var askedCount: Int { asked.withLock { $0 } }

    /// Lets the library say something else of one licence.
    func set(_ state: State, of id: String) { told.withLock { $0[id] = state } }

    /// `GET /licences/{id}`.
    func answer(_ id: String) -> OutboundResponse {
        asked.withLock { $0 += 1 }
        let state = told.withLock { $0[id] } ?? ((try? LicenceIdentifier(validating: id)) == nil ? .unknown : .valid)
        if state == .unknown { return .text("no such licence\n", status: 404) }
        return .json(LocalTree.object([.init(name: "state", value: .text(state.rawValue))]).json)
    }
}
