import Synchronization

/// A hub's desk for all who work at it, one at a time.
final class SharedDesk: Sendable {
    private let state: Mutex<HubDesk>

    init(_ desk: HubDesk) { state = Mutex(desk) }

    /// Does something at the desk; never across a wait.
    func withLock<Result: Sendable, Failure: Error>(
        _ body: (inout HubDesk) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try state.withLock { (desk) throws(Failure) in try body(&desk) }
    }
}
