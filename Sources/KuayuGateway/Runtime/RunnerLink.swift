import KuayuEngine
import Synchronization

/// Brings replies to the runner, which does not exist yet when the dispatcher is made.
final class RunnerLink: Sendable {
    private let runner = Mutex<EngineRunner?>(nil)

    func connect(_ runner: EngineRunner) { self.runner.withLock { $0 = runner } }

    func deliver(_ reply: SendReply) { runner.withLock { $0 }?.submit(.replied(reply)) }
}
