import Foundation
import Synchronization

/// What happens when the program is told to stop in the middle: its folder goes, then the program.
///
/// The gateway that it started watches its parent and ends by itself.
enum Interruption {
    private static let signal = Atomic<Int32>(0)

    /// From now on SIGINT and SIGTERM remove this folder and end the program.
    static func removes(_ folder: String) {
        for number in [SIGINT, SIGTERM] {
            // A handler may do next to nothing: it only takes note.
            Foundation.signal(number) { Interruption.signal.store($0, ordering: .releasing) }
        }
        Thread.detachNewThread {
            while signal.load(ordering: .acquiring) == 0 { usleep(100_000) }
            try? FileManager.default.removeItem(atPath: folder)
            _exit(128 + signal.load(ordering: .acquiring))
        }
    }
}
