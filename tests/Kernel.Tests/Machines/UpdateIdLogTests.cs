using System.Globalization;
using Orchestration.Grains.Kernel.Machines;

namespace Orchestration.Kernel.Tests.Machines;

/// <summary>Which updates of earlier runs are known, and how many.</summary>
public class UpdateIdLogTests
{
    [Fact]
    public void Adopt_WhatWasCarried_KnowsTheLatestOfAllRuns()
    {
        var first = new UpdateIdLog();
        var second = Next(first, Ids(0, 3_000));
        var third = Next(second, Ids(3_000, 3_000));
        var forgotten = 6_000 - UpdateIdLog.Window;
        Assert.All(Ids(forgotten, UpdateIdLog.Window), id => Assert.True(third.Knows(id)));
        Assert.All(Ids(0, forgotten), id => Assert.False(third.Knows(id)));
        Assert.All(Ids(6_000, 1_000), id => Assert.False(third.Knows(id)));
        Assert.Equal(8 * UpdateIdLog.Window, Next(third, []).CarryWith([]).Length);
    }

    [Fact]
    public void Adopt_CutShort_KnowsWhatIsWhole()
    {
        var log = new UpdateIdLog();
        log.Adopt(new UpdateIdLog().CarryWith(["a", "b"])[..15]);
        Assert.True(log.Knows("a"));
        Assert.False(log.Knows("b"));
    }

    private static UpdateIdLog Next(UpdateIdLog log, string[] further)
    {
        var next = new UpdateIdLog();
        next.Adopt(log.CarryWith(further));
        return next;
    }

    private static string[] Ids(int from, int count) =>
        [.. Enumerable.Range(from, count).Select(static i => i.ToString(CultureInfo.InvariantCulture))];
}
