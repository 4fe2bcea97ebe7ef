using Orchestration.Workflows;

namespace Orchestration.Samples.WordCount.Workflows;

/// <summary>
/// Counts the words of many files: fans out over files and their chunks, so many at a time, and in again. A file that cannot be
/// counted is left out and named; once too few are left, the rest is cancelled.
/// </summary>
[Workflow("count-words")]
public sealed class CountWords : Workflow<CountRequest, WordTotals>
{
    private readonly List<FailedFile> _failed = [];
    private int _done;

    /// <inheritdoc/>
    public override async Task<WordTotals> RunAsync(CountRequest request)
    {
        var texts = Context.Activities<ITexts>(new ActivityOptions
        {
            StartToCloseTimeout = TimeSpan.FromMinutes(1),
            Retry = new RetryPolicy { InitialInterval = TimeSpan.FromMilliseconds(100), MaximumAttempts = 4 },
        });
        var width = new WorkflowSemaphore(request.Width);

        // Out: all files at once, as far as the width lets them.
        using var scope = Context.CreateScope();
        var counting = request.Files
            .Select(file => scope.RunAsync(() => CountFileAsync(texts, width, file, request, scope)))
            .ToList();

        // And in again: whoever awaits all of them sees failures only once all have ended.
        PartCount[][] counted = [];
        try
        {
            counted = await WorkflowTasks.WhenAll(counting);
        }
        catch (Canceled) when (TooFewLeft(request))
        {
            // It would have been in vain.
        }

        if (TooFewLeft(request)) throw TooFew(request);
        var parts = counted.SelectMany(static file => file).Select(static part => part.Part);
        var totals = await texts.MergeAsync([.. parts], request.Top);
        return totals with { Failed = _failed };
    }

    private async Task<PartCount[]> CountFileAsync(
        ITexts texts, WorkflowSemaphore width, string file, CountRequest request, CancellationScope scope)
    {
        try
        {
            var chunks = await InTurnAsync(width, () => texts.SplitAsync(file, request.ChunkBytes));
            return await WorkflowTasks.WhenAll(chunks.Select(chunk => InTurnAsync(width, () => texts.CountAsync(chunk))));
        }
        catch (ActivityFailed failure)
        {
            // For good: what a retry could mend has been retried.
            _failed.Add(new FailedFile(file, failure.InnerException?.Message ?? failure.Message));
            if (TooFewLeft(request)) scope.Cancel();
            return [];
        }
        finally
        {
            Context.ReportProgress(++_done, request.Files.Count, file);
        }
    }

    private static async Task<T> InTurnAsync<T>(WorkflowSemaphore width, Func<Task<T>> activity)
    {
        using (await width.EnterAsync()) return await activity();
    }

    private bool TooFewLeft(CountRequest request) => request.Files.Count - _failed.Count < request.AtLeast;

    private ApplicationFailure TooFew(CountRequest request) => new(
        $"At least {request.AtLeast} of {request.Files.Count} files were to be counted, but {_failed.Count} could not be: "
        + string.Join("; ", _failed.Take(10).Select(static f => $"{f.File}: {f.Reason}")),
        CountFailures.TooFew);
}
