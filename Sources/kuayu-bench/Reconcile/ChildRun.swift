import Foundation
import Glibc

/// A program run by itself, with what it cost.
struct ChildRun {
    var status: Int32 = -1
    /// Seconds from start to end.
    var wall = 0.0
    /// Seconds of processor time, all threads.
    var processor = 0.0
    /// The most memory that it held at once, megabytes.
    ///
    /// Linux counts what the parent held at the start as well, so the parent must be small.
    var peakMegabytes = 0.0

    /// Runs a command line of the shell and waits for it.
    static func shell(_ command: String) throws -> ChildRun {
        let words: [String] = ["sh", "-c", command]
        var pointers: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
        defer { for pointer in pointers { free(pointer) } }
        var process: pid_t = 0
        let start = Nanoseconds.now
        guard posix_spawn(&process, "/bin/sh", nil, nil, &pointers, environ) == 0 else {
            throw BenchFailure("no shell can be started")
        }
        var run = ChildRun()
        var use = rusage()
        while wait4(process, &run.status, 0, &use) < 0, errno == EINTR {}
        run.wall = Double(Nanoseconds.now - start) / 1e9
        run.processor = seconds(use.ru_utime) + seconds(use.ru_stime)
        run.peakMegabytes = Double(use.ru_maxrss) * 1_024 / 1e6
        return run
    }

    private static func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
}
