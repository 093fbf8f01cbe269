import Foundation

/// Ends a program of the demo when the demo itself is gone, however it went.
enum ParentWatch {
    static func start() {
        let parent = getppid()
        Thread.detachNewThread {
            while getppid() == parent { usleep(250_000) }
            Folders.exitNow(0)
        }
    }
}
