# Completion of tocsin for bash. Options come from --help, so there is no list here that could be another than
# the program's.
_tocsin() {
    local program=${COMP_WORDS[0]} current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}
    local -a command=("${COMP_WORDS[1]:-}")
    COMPREPLY=()
    if [ "$COMP_CWORD" = 1 ]; then
        mapfile -t COMPREPLY < <(compgen -W 'send-event run trap spool check version --help' -- "$current")
        return
    fi
    if [ "${command[0]}" = spool ]; then
        if [ "$COMP_CWORD" = 2 ]; then
            mapfile -t COMPREPLY < <(compgen -W 'list send --help' -- "$current")
            return
        fi
        command+=("${COMP_WORDS[2]}")
    fi
    case $previous in
        -l | --level)
            mapfile -t COMPREPLY < <(compgen -W 'debug info warning error fatal' -- "$current")
            return
            ;;
        --dir | --cache-dir)
            mapfile -t COMPREPLY < <(compgen -d -- "$current")
            return
            ;;
    esac
    case $current in
        -*)
            mapfile -t COMPREPLY < <(compgen -W "$("$program" "${command[@]}" --help 2>/dev/null </dev/null |
                sed -n 's/^  .*\(--[a-z-]*\).*/\1/p' | cut -d ' ' -f 1)" -- "$current")
            ;;
        *) mapfile -t COMPREPLY < <(compgen -f -- "$current") ;;
    esac
}
complete -o filenames -F _tocsin tocsin
