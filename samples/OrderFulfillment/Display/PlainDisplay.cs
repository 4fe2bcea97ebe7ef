using System.Globalization;
using Orchestration.OrderFulfillment.Running;

namespace Orchestration.OrderFulfillment.Display;

/// <summary>A line for every twentieth part of the orders; for output that goes to a file or another program.</summary>
internal sealed class PlainDisplay(TextWriter output) : IRunDisplay
{
    private const int Lines = 20;

    public async Task ShowAsync(long orders, Func<Action, Task> run)
    {
        var gate = new Lock();
        var ended = 0L;
        var step = Math.Max(1, orders / Lines);
        Write(0);
        await run(() =>
        {
            lock (gate)
                if (++ended % step == 0 || ended == orders) Write(ended);
        });

        void Write(long count)
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{count} of {orders} orders ended"));
            output.Flush();
        }
    }
}
