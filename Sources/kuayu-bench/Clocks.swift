import Glibc
import KuayuGateway
import KuayuModel

/// Clocks in nanoseconds.
enum Nanoseconds {
    /// Monotonic time.
    static var now: Int64 { read(CLOCK_MONOTONIC) }
    /// Processor time of this process, all threads.
    static var processor: Int64 { read(CLOCK_PROCESS_CPUTIME_ID) }

    private static func read(_ clock: clockid_t) -> Int64 {
        var time = timespec()
        clock_gettime(clock, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }

    /// Blocks the calling thread until a point of ``now``; returns at once when it has passed.
    static func sleep(until deadline: Int64) {
        guard deadline > now else { return }
        var time = timespec(tv_sec: Int(deadline / 1_000_000_000), tv_nsec: Int(deadline % 1_000_000_000))
        // A signal ends the sleep early: it goes on until the same point.
        while clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, nil) == EINTR {}
    }
}

/// The machine's clock, as the gateway wants it.
struct WallClock: GatewayClock {
    var now: Instant {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Instant(epochMilliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
    }
}

/// How long some repetitions of a piece of work took.
struct Timing {
    var repetitions = 0
    /// Wall time, seconds.
    var wall = 0.0
    /// Processor time, seconds.
    var processor = 0.0

    /// Microseconds of processor time for each of `count` things that one repetition does.
    func microseconds(per count: Int) -> Double { processor * 1e6 / Double(max(1, repetitions * count)) }

    /// Most repetitions of one measurement.
    static let repetitionLimit = 50_000_000

    /// Repeats `work` until `seconds` have passed.
    static func measure(seconds: Double, _ work: () -> Void) -> Timing {
        var timing = Timing()
        let start = (wall: Nanoseconds.now, processor: Nanoseconds.processor)
        let end = start.wall + Int64(seconds * 1e9)
        repeat {
            work()
            timing.repetitions += 1
        } while Nanoseconds.now < end && timing.repetitions < repetitionLimit
        timing.wall = Double(Nanoseconds.now - start.wall) / 1e9
        timing.processor = Double(Nanoseconds.processor - start.processor) / 1e9
        return timing
    }
}

/// Orders of values.
enum Ranks {
    /// The middle value; of an even number the lower one; 0 of none.
    static func median(_ values: [Double]) -> Double { percentile(values.sorted(), 50) }

    /// The smallest value that `percent` of all do not exceed (nearest rank); `sorted` ascending; 0 of none.
    static func percentile(_ sorted: [Double], _ percent: Double) -> Double {
        guard !sorted.isEmpty else { return 0 }
        let rank = Int((percent / 100 * Double(sorted.count)).rounded(.up))
        return sorted[min(max(rank, 1), sorted.count) - 1]
    }
}
