// The completion script of fish, 3.2 and newer.

export const fishScript = `# fish completion for hitless; hitless completion --help says where to put it

function __hitless_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set -l program (command -s -- $words[1]; or echo hitless)
    set -l directive 4
    for line in ($program __complete $words[2..] "$current" 2>/dev/null)
        if string match -qr -- '^:\\d+$' $line
            set directive (string sub -s 2 -- $line)
        else
            echo $line
        end
    end
    # --policy=FILE, or sarif=FILE
    set -l prefix (string match -r -- '^[^=/]*=' $current; or echo '')
    set -l path (string replace -r -- '^[^=/]*=' '' $current)
    switch $directive
        case 0 2
            for file in (__fish_complete_path $path)
                echo $prefix$file
            end
        case 16
            for folder in (__fish_complete_directories $path '')
                echo $prefix$folder
            end
    end
end

complete -c hitless -f -k -a '(__hitless_complete)'
`;
