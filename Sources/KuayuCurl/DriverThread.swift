import Foundation

/// A thread of its own for calls that must stay on one thread and may block.
///
/// Foundation's: the region analysis of Swift 6.3.1 aborts on a function that calls `pthread_create`.
enum DriverThread {
    /// Runs `body` on a new thread.
    static func run(name: String, _ body: @escaping @Sendable () -> Void) {
        let thread = Thread {
            blockBrokenPipe()
            body()
        }
        thread.name = name
        thread.start()
    }

    /// With `CURLOPT_NOSIGNAL` libcurl leaves SIGPIPE alone; libssh2 writes without `MSG_NOSIGNAL` in places.
    private static func blockBrokenPipe() {
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGPIPE)
        pthread_sigmask(SIG_BLOCK, &signals, nil)
    }
}
