using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Orchestration.Client;
using Orchestration.Samples.Shared;
using Orchestration.Samples.WordCount.Counting;
using Orchestration.Samples.WordCount.Workflows;
using Orchestration.Workflows;

namespace Orchestration.Samples.WordCount;

/// <summary>Counts the files by the workflow, and once more plainly.</summary>
internal static class CountCommand
{
    private const long MostChunks = 5000;

    public static async Task<int> RunAsync(string directory, CountRequest request)
    {
        var files = request.Files.Select(static file => new FileInfo(file)).Where(static file => file.Exists);
        var chunks = files.Sum(file => 1 + file.Length / request.ChunkBytes);
        if (chunks > MostChunks)
            throw new InvalidDataException($"That is {chunks} chunks; at most {MostChunks}: raise --chunk, or name fewer files.");

        await using var host = await SampleHost.StartAsync(
            directory,
            static hosted => hosted.AddWorkflow<CountWords>().AddActivities<Texts>(),
            services => services.AddSingleton(new FileBook<Part>(Path.Combine(directory, "parts"))));
        try
        {
            var totals = await CountAsync(host.Client, request, host.Stopping);
            return Report(request, totals);
        }
        catch (WorkflowFailed failure) when (failure.InnerException is ApplicationFailure { Type: CountFailures.TooFew } reason)
        {
            await Console.Error.WriteLineAsync(reason.Message);
            return SampleCommand.Broken;
        }
    }

    private static async Task<WordTotals> CountAsync(
        IWorkflowClient client, CountRequest request, CancellationToken cancellationToken)
    {
        var workflow = client.GetWorkflow<CountWords>(IdOf(request));
        try
        {
            await workflow.StartAsync(
                request, new StartOptions { IdReuse = WorkflowIdReusePolicy.AllowDuplicateFailedOnly }, cancellationToken);
        }
        catch (WorkflowAlreadyStarted)
        {
            Console.WriteLine("These files are being counted already, or were: that count is taken.");
        }

        await foreach (var news in workflow.WatchStatusAsync(cancellationToken: cancellationToken))
            if (news.Progress is { } progress) Console.WriteLine($"{progress.Done} of {progress.Total} files");
        return await workflow.GetResultAsync(cancellationToken);
    }

    /// <summary>The same files as they are, counted in the same way, are the same count.</summary>
    private static string IdOf(CountRequest request)
    {
        var files = request.Files.Select(static file => new FileInfo(file));
        var stamps = files.Select(static file => file.Exists ? file.LastWriteTimeUtc.Ticks : 0);
        var text = JsonSerializer.Serialize(request) + string.Join(' ', stamps);
        return $"count-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..16]}";
    }

    private static int Report(CountRequest request, WordTotals totals)
    {
        foreach (var word in totals.Top) Console.WriteLine($"{word.Times,8} {word.Word}");
        foreach (var failed in totals.Failed) Console.WriteLine($"left out: {failed.File}: {failed.Reason}");
        var counted = request.Files.Except(totals.Failed.Select(static failed => failed.File)).ToList();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{totals.Words:N0} words, {totals.Distinct:N0} different ones, "
            + $"in {counted.Count} files and {totals.Chunks} chunks."));
        var plain = Tally.CountPlainly(counted, request.Top);
        if (Tally.Agree(totals, plain))
        {
            Console.WriteLine("Counted once more, plainly: the same.");
            return SampleCommand.Clean;
        }

        Console.WriteLine($"Counted once more, plainly: {plain.Words} words, {plain.Distinct} different ones. Not the same.");
        return SampleCommand.Broken;
    }
}
