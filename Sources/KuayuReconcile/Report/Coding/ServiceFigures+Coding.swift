import KuayuModel

extension ServiceFigures: FieldCoded {
    static var blank: ServiceFigures { ServiceFigures(asOf: .blank) }

    mutating func code<C: FieldCoder>(_ coder: inout C) throws(ReportError) {
        try coder.text("asOf", &asOf, "Up to when the cases were looked at.")
        try coder.list("byMode", &byMode, "Cases by mode.")
        try coder.list("byItem", &byItem, "Cases by item.")
        try coder.list("directions", &directions, "Cases by direction and mode.")
        try coder.list("decisions", &decisions, "Time from application to decision against the promise, by region.")
        try coder.list("clocks", &clocks, "Clocks of unfinished cases, by region.")
        try coder.list("owed", &owed, "Materials owed (容缺), by region and age.")
        try coder.list("bundles", &bundles, "Bundles (一件事), by theme.")
        try coder.list("savings", &savings, "What the reform saved, by measure.")
    }
}

extension ServiceFigures.Count: FieldCoded {
    static var blank: Self { Self(key: "", name: "", cases: 0, ended: 0, granted: 0) }

    mutating func code<C: FieldCoder>(_ coder: inout C) throws(ReportError) {
        try coder.text("key", &key, "Mode, or catalogue code of the item; - where cases do not say it.")
        try coder.text("name", &name, "Its Chinese name.")
        try coder.number("cases", &cases, "Cases.")
        try coder.number("ended", &ended, "Those that have ended.")
        try coder.number("granted", &granted, "Those that ended well.")
    }
}

extension ServiceFigures.Direction: FieldCoded {
    static var blank: Self { Self(from: .blank, to: .blank, mode: "", cases: 0) }

    mutating func code<C: FieldCoder>(_ coder: inout C) throws(ReportError) {
        try coder.text("from", &from, "Where the applicant applied.")
        try coder.text("to", &to, "The lead among the regions that handle it.")
        try coder.text("mode", &mode, "online, collect or joint; - where cases do not say it.")
        try coder.number("cases", &cases, "Cases.")
    }
}

extension ServiceFigures.Decision: FieldCoded {
    static var blank: Self {
        Self(
            region: .blank, decided: 0, medianTenths: 0, p90Tenths: 0, promised: 0, within: 0,
            promiseMedianTenths: nil)
    }

    mutating func code<C: FieldCoder>(_ coder: inout C) throws(ReportError) {
        try coder.text("region", &region, "The region that decides.")
        try coder.number("decided", &decided, "Cases decided.")
        try coder.number("medianTenths", &medianTenths, "Half took no longer, tenths of a working day.")
        try coder.number("p90Tenths", &p90Tenths, "Nine of ten took no longer, tenths of a working day.")
        try coder.number("promised", &promised, "Those for which something was promised.")
        try coder.number("within", &within, "Those of them decided in time.")
        try coder.number(
            "promiseMedianTenths", &promiseMedianTenths, "Half of the promises are no longer, tenths of a working day.")
    }
}

extension ServiceFigures.Clocks: FieldCoded {
    static var blank: Self {
        Self(region: .blank, running: 0, yellow: 0, overdue: 0, pausedForSupplement: 0, pausedForProcedure: 0)
    }

    mutating func code<C: FieldCoder>(_ coder: inout C) throws(ReportError) {
        try coder.text("region", &region, "The region that handles them.")
        try coder.number("running", &running, "Running, with time left.")
        try coder.number("yellow", &yellow, "Running, with little time left.")
        try coder.number("overdue", &overdue, "Run out.")
        try coder.number("pausedForSupplement", &pausedForSupplement, "Standing still for a supplement (补正).")
        try coder.number("pausedForProcedure", &pausedForProcedure, "Standing still for a special procedure.")
    }
}

extension ServiceFigures.Owed: FieldCoded {
    static var blank: Self { Self(region: .blank, upTo5: 0, upTo10: 0, upTo20: 0, more: 0, overdue: 0) }

    mutating func code<C: FieldCoder>(_ coder: inout C) throws(ReportError) {
        try coder.text("region", &region, "The region that waits for them.")
        try coder.number("upTo5", &upTo5, "Accepted 0 to 5 working days ago.")
        try coder.number("upTo10", &upTo10, "6 to 10.")
        try coder.number("upTo20", &upTo20, "11 to 20.")
        try coder.number("more", &more, "More.")
        try coder.number("overdue", &overdue, "Those among them whose promised time is over.")
    }
}

extension ServiceFigures.Bundle: FieldCoded {
    static var blank: Self {
        Self(theme: "", name: "", bundles: 0, closed: 0, acrossRegions: 0, children: 0, ended: 0)
    }

    mutating func code<C: FieldCoder>(_ coder: inout C) throws(ReportError) {
        try coder.text("theme", &theme, "The theme; - where cases do not say it.")
        try coder.text("name", &name, "Its Chinese name.")
        try coder.number("bundles", &bundles, "Bundles.")
        try coder.number("closed", &closed, "Those whose cases have all ended.")
        try coder.number("acrossRegions", &acrossRegions, "Those handled in more than one province.")
        try coder.number("children", &children, "Cases in them.")
        try coder.number("ended", &ended, "Those that have ended.")
    }
}

extension ServiceFigures.Saving: FieldCoded {
    static var blank: Self { Self(measure: "", cases: 0, incomplete: 0, before: 0, after: 0) }

    mutating func code<C: FieldCoder>(_ coder: inout C) throws(ReportError) {
        try coder.text("measure", &measure, "steps, materials, limit (working days) or visits.")
        try coder.number("cases", &cases, "Cases that say what it was and what it is.")
        try coder.number("incomplete", &incomplete, "Cases that say one of them only.")
        try coder.number("before", &before, "Sum of what it was.")
        try coder.number("after", &after, "Sum of what it is.")
    }
}
