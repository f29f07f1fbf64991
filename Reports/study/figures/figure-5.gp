# One stage and two
#
# (a) Share of right sampled answers to the run's own held-out problems. x counts tokens of
# updates from base on, those of the runs before included; at 0 stands base's own last
# evaluation, which may have ended its training. Between evaluations each seed is interpolated
# linearly, so what happens right after a second stage begins looks as if it began before. (b)
# The same less that of rl, seed by seed at equal tokens; 0 dotted. (c) Mean reward of a step's
# rollouts. A step stands at the tokens before it, since its rollouts are sampled before its
# update; each seed is averaged over its steps within 10,000 tokens on either side (fewer at the
# ends). Second stages begin, in thousands of tokens: sft-rl at 201, rl-from-start at 101.
# Lines: means over seeds (8 seeds) at tokens that all of a run's seeds have, every 10,000.
# Bars: the mean's 95 % interval at each point by itself, Student's t over seeds, of shares on
# the logit; none where all seeds agree. Dotted upright: where second stages begin, the mean
# over seeds.
#
# Run in this folder, gnuplot 5.4 or newer:  gnuplot figure-5.gp
# It reads figure-5.tsv and writes figure-5.svg and figure-5.pdf.

set encoding utf8
do for [format in 'svg pdf'] {
  if (format eq 'svg') {
    set terminal svg size 486,164 fixed enhanced font 'Liberation Sans,9' dashlength 2 name 'f_figure_5' background '#ffffff'
    text_column = 7
  } else {
    set terminal pdfcairo size 486./72,164./72 enhanced font 'Liberation Sans,9' fontscale 0.75 linewidth 2 dashlength 3.636 background '#ffffff'
    # 8: characters that a PDF's fonts may lack are boxes; 7: as they are, as in the SVG
    text_column = 8
  }
  set output 'figure-5.'.format
  set multiplot

  # panel 1
  reset
  set datafile separator "\t"
  set lmargin at screen 0.06403
  set rmargin at screen 0.31152
  set bmargin at screen 0.15244
  set tmargin at screen 0.82317
  set border 15 linewidth 0.5
  set xrange [0:400]
  set xtics in mirror scale 0.5,0.25 font ',8' offset 0,0.35 ('0' 0, '100' 100, '200' 200, '300' 300, '400' 400)
  set yrange [0:1]
  set ytics in mirror scale 0.5,0.25 font ',8' offset 0.4,0 ('0.0' 0, '0.2' 0.2, '0.4' 0.4, '0.6' 0.6, '0.8' 0.8, '1.0' 1)
  set label '(a) accuracy' at screen 0.18778,0.86585 center noenhanced front
  set label 'update tokens (thousands)' at screen 0.18778,0.03659 center noenhanced front
  set label 'held-out accuracy' at screen 0.01646,0.4878 center rotate by 90 noenhanced front
  unset colorbox
  set arrow from screen 0.12486,0.94817 to screen 0.16189,0.94817 nohead linewidth 1 linecolor rgb '#0072b2' dashtype solid
  set label '' at screen 0.14337,0.94817 point pointtype 7 pointsize 0.45 linewidth 0.7 linecolor rgb '#0072b2'
  set label 'rl' at screen 0.17012,0.94817 left font ',8' noenhanced front
  set arrow from screen 0.27985,0.94817 to screen 0.31689,0.94817 nohead linewidth 1 linecolor rgb '#cc79a7' dashtype solid
  set label '' at screen 0.29837,0.94817 point pointtype 5 pointsize 0.45 linewidth 0.7 linecolor rgb '#cc79a7'
  set label 'sft-rl' at screen 0.32512,0.94817 left font ',8' noenhanced front
  set arrow from screen 0.43485,0.94817 to screen 0.43485,0.94817 nohead linecolor 'white'
  set arrow from screen 0.43485,0.94817 to screen 0.47188,0.94817 nohead linewidth 1 linecolor rgb '#cc79a7' dashtype (5,2)
  set label '' at screen 0.45337,0.94817 point pointtype 4 pointsize 0.45 linewidth 0.7 linecolor rgb '#cc79a7'
  set label 'rl-from-start' at screen 0.48012,0.94817 left font ',8' noenhanced front
  set arrow from screen 0.58984,0.94817 to screen 0.62688,0.94817 nohead linewidth 1 linecolor rgb '#009e73' dashtype (1.2,1.6)
  set label '' at screen 0.60836,0.94817 point pointtype 13 pointsize 0.45 linewidth 0.7 linecolor rgb '#009e73'
  set label 'sft-plus-rl' at screen 0.63511,0.94817 left font ',8' noenhanced front
  set arrow from screen 0.74484,0.94817 to screen 0.74484,0.94817 nohead linecolor 'white'
  set arrow from screen 0.74484,0.94817 to screen 0.78188,0.94817 nohead linewidth 1 linecolor rgb '#009e73' dashtype solid
  set label '' at screen 0.76336,0.94817 point pointtype 9 pointsize 0.45 linewidth 0.7 linecolor rgb '#009e73'
  set label 'srft' at screen 0.79011,0.94817 left font ',8' noenhanced front
  plot 'figure-5.tsv' index 0 using 1:2 with lines linewidth 0.6 linecolor rgb '#0072b2' dashtype solid notitle, \
    'figure-5.tsv' index 1 using 1:2 with lines linewidth 0.6 linecolor rgb '#0072b2' dashtype solid notitle, \
    'figure-5.tsv' index 2 using 1:2 with lines linewidth 0.6 linecolor rgb '#0072b2' dashtype solid notitle, \
    'figure-5.tsv' index 3 using 1:2 with lines linewidth 0.6 linecolor rgb '#0072b2' dashtype solid notitle, \
    'figure-5.tsv' index 4 using 1:2 with lines linewidth 0.6 linecolor rgb '#0072b2' dashtype solid notitle, \
    'figure-5.tsv' index 5 using 1:2 with lines linewidth 0.6 linecolor rgb '#0072b2' dashtype solid notitle, \
    'figure-5.tsv' index 6 using 1:2 with lines linewidth 0.6 linecolor rgb '#0072b2' dashtype solid notitle, \
    'figure-5.tsv' index 7 using 1:2 with lines linewidth 0.6 linecolor rgb '#cc79a7' dashtype solid notitle, \
    'figure-5.tsv' index 8 using 1:2 with lines linewidth 0.6 linecolor rgb '#cc79a7' dashtype solid notitle, \
    'figure-5.tsv' index 9 using 1:2 with lines linewidth 0.6 linecolor rgb '#cc79a7' dashtype solid notitle, \
    'figure-5.tsv' index 10 using 1:2 with lines linewidth 0.6 linecolor rgb '#cc79a7' dashtype solid notitle, \
    'figure-5.tsv' index 11 using 1:2 with lines linewidth 0.6 linecolor rgb '#cc79a7' dashtype solid notitle, \
    'figure-5.tsv' index 12 using 1:2 with lines linewidth 0.6 linecolor rgb '#cc79a7' dashtype solid notitle, \
    'figure-5.tsv' index 13 using 1:2 with lines linewidth 0.6 linecolor rgb '#cc79a7' dashtype solid notitle, \
    'figure-5.tsv' index 14 using 1:2 with lines linewidth 0.6 linecolor rgb '#cc79a7' dashtype solid notitle, \
    'figure-5.tsv' index 15 using 1:2 with lines linewidth 0.6 linecolor rgb '#cc79a7' dashtype solid notitle, \
    'figure-5.tsv' index 16 using 1:2 with lines linewidth 0.6 linecolor rgb '#cc79a7' dashtype solid notitle, \
    'figure-5.tsv' index 17 using 1:2 with lines linewidth 0.6 linecolor rgb '#cc79a7' dashtype solid notitle, \
    'figure-5.tsv' index 18 using 1:2 with lines linewidth 0.6 linecolor rgb '#cc79a7' dashtype solid notitle, \
    'figure-5.tsv' index 19 using 1:2 with lines linewidth 0.6 linecolor rgb '#cc79a7' dashtype solid notitle, \
    'figure-5.tsv' index 20 using 1:2 with lines linewidth 0.6 linecolor rgb '#cc79a7' dashtype solid notitle, \
    'figure-5.tsv' index 21 using 1:2 with lines linewidth 0.6 linecolor rgb '#009e73' dashtype solid notitle, \
    'figure-5.tsv' index 22 using 1:2 with lines linewidth 0.6 linecolor rgb '#009e73' dashtype solid notitle, \
    'figure-5.tsv' index 23 using 1:2 with lines linewidth 0.6 linecolor rgb '#009e73' dashtype solid notitle, \
    'figure-5.tsv' index 24 using 1:2 with lines linewidth 0.6 linecolor rgb '#009e73' dashtype solid notitle, \
    'figure-5.tsv' index 25 using 1:2 with lines linewidth 0.6 linecolor rgb '#009e73' dashtype solid notitle, \
    'figure-5.tsv' index 26 using 1:2 with lines linewidth 0.6 linecolor rgb '#009e73' dashtype solid notitle, \
    'figure-5.tsv' index 27 using 1:2 with lines linewidth 0.6 linecolor rgb '#009e73' dashtype solid notitle, \
    'figure-5.tsv' index 28 using 1:2 with lines linewidth 0.6 linecolor rgb '#009e73' dashtype solid notitle, \
    'figure-5.tsv' index 29 using 1:2 with lines linewidth 0.6 linecolor rgb '#009e73' dashtype solid notitle, \
    'figure-5.tsv' index 30 using 1:2 with lines linewidth 0.6 linecolor rgb '#009e73' dashtype solid notitle, \
    'figure-5.tsv' index 31 using 1:2 with lines linewidth 0.6 linecolor rgb '#009e73' dashtype solid notitle, \
    'figure-5.tsv' index 32 using 1:2 with lines linewidth 0.6 linecolor rgb '#009e73' dashtype solid notitle, \
    'figure-5.tsv' index 33 using 1:2 with lines linewidth 0.6 linecolor rgb '#808080' dashtype (1.2,1.6) notitle, \
    'figure-5.tsv' index 34 using 1:2 with lines linewidth 0.6 linecolor rgb '#808080' dashtype (1.2,1.6) notitle, \
    'figure-5.tsv' index 35 using 1:2 with lines linewidth 1 linecolor rgb '#0072b2' dashtype solid notitle, \
    'figure-5.tsv' index 36 using 1:2 with points pointtype 7 pointsize 0.45 linewidth 0.7 linecolor rgb '#0072b2' notitle, \
    'figure-5.tsv' index 37 using 1:2 with lines linewidth 1 linecolor rgb '#cc79a7' dashtype solid notitle, \
    'figure-5.tsv' index 38 using 1:2 with points pointtype 5 pointsize 0.45 linewidth 0.7 linecolor rgb '#cc79a7' notitle, \
    'figure-5.tsv' index 39 using 1:2 with lines linewidth 1 linecolor rgb '#cc79a7' dashtype (5,2) notitle, \
    'figure-5.tsv' index 40 using 1:2 with points pointtype 4 pointsize 0.45 linewidth 0.7 linecolor rgb '#cc79a7' notitle, \
    'figure-5.tsv' index 41 using 1:2 with lines linewidth 1 linecolor rgb '#009e73' dashtype (1.2,1.6) notitle, \
    'figure-5.tsv' index 42 using 1:2 with points pointtype 13 pointsize 0.45 linewidth 0.7 linecolor rgb '#009e73' notitle, \
    'figure-5.tsv' index 43 using 1:2 with lines linewidth 1 linecolor rgb '#009e73' dashtype solid notitle, \
    'figure-5.tsv' index 44 using 1:2 with points pointtype 9 pointsize 0.45 linewidth 0.7 linecolor rgb '#009e73' notitle

  # panel 2
  reset
  set datafile separator "\t"
  set lmargin at screen 0.40395
  set rmargin at screen 0.65144
  set bmargin at screen 0.15244
  set tmargin at screen 0.82317
  set border 15 linewidth 0.5
  set xrange [0:400]
  set xtics in mirror scale 0.5,0.25 font ',8' offset 0,0.35 ('0' 0, '100' 100, '200' 200, '300' 300, '400' 400)
  set yrange [-0.9028782897167293:0.9028782897167293]
  set ytics in mirror scale 0.5,0.25 font ',8' offset 0.4,0 ('−0.5' -0.5, '0.0' 0, '0.5' 0.5)
  set label '(b) against rl' at screen 0.5277,0.86585 center noenhanced front
  set label 'update tokens (thousands)' at screen 0.5277,0.03659 center noenhanced front
  set label 'accuracy less rl'."'".'s' at screen 0.3465,0.4878 center rotate by 90 noenhanced front
  unset colorbox
  plot 'figure-5.tsv' index 45 using 1:2 with lines linewidth 0.6 linecolor rgb '#cc79a7' dashtype solid notitle, \
    'figure-5.tsv' index 46 using 1:2 with lines linewidth 0.6 linecolor rgb '#cc79a7' dashtype solid notitle, \
    'figure-5.tsv' index 47 using 1:2 with lines linewidth 0.6 linecolor rgb '#cc79a7' dashtype solid notitle, \
    'figure-5.tsv' index 48 using 1:2 with lines linewidth 0.6 linecolor rgb '#cc79a7' dashtype solid notitle, \
    'figure-5.tsv' index 49 using 1:2 with lines linewidth 0.6 linecolor rgb '#cc79a7' dashtype solid notitle, \
    'figure-5.tsv' index 50 using 1:2 with lines linewidth 0.6 linecolor rgb '#cc79a7' dashtype solid notitle, \
    'figure-5.tsv' index 51 using 1:2 with lines linewidth 0.6 linecolor rgb '#cc79a7' dashtype solid notitle, \
    'figure-5.tsv' index 52 using 1:2 with lines linewidth 0.6 linecolor rgb '#cc79a7' dashtype solid notitle, \
    'figure-5.tsv' index 53 using 1:2 with lines linewidth 0.6 linecolor rgb '#cc79a7' dashtype solid notitle, \
    'figure-5.tsv' index 54 using 1:2 with lines linewidth 0.6 linecolor rgb '#cc79a7' dashtype solid notitle, \
    'figure-5.tsv' index 55 using 1:2 with lines linewidth 0.6 linecolor rgb '#cc79a7' dashtype solid notitle, \
    'figure-5.tsv' index 56 using 1:2 with lines linewidth 0.6 linecolor rgb '#cc79a7' dashtype solid notitle, \
    'figure-5.tsv' index 57 using 1:2 with lines linewidth 0.6 linecolor rgb '#cc79a7' dashtype solid notitle, \
    'figure-5.tsv' index 58 using 1:2 with lines linewidth 0.6 linecolor rgb '#009e73' dashtype solid notitle, \
    'figure-5.tsv' index 59 using 1:2 with lines linewidth 0.6 linecolor rgb '#009e73' dashtype solid notitle, \
    'figure-5.tsv' index 60 using 1:2 with lines linewidth 0.6 linecolor rgb '#009e73' dashtype solid notitle, \
    'figure-5.tsv' index 61 using 1:2 with lines linewidth 0.6 linecolor rgb '#009e73' dashtype solid notitle, \
    'figure-5.tsv' index 62 using 1:2 with lines linewidth 0.6 linecolor rgb '#009e73' dashtype solid notitle, \
    'figure-5.tsv' index 63 using 1:2 with lines linewidth 0.6 linecolor rgb '#009e73' dashtype solid notitle, \
    'figure-5.tsv' index 64 using 1:2 with lines linewidth 0.6 linecolor rgb '#009e73' dashtype solid notitle, \
    'figure-5.tsv' index 65 using 1:2 with lines linewidth 0.6 linecolor rgb '#009e73' dashtype solid notitle, \
    'figure-5.tsv' index 66 using 1:2 with lines linewidth 0.6 linecolor rgb '#009e73' dashtype solid notitle, \
    'figure-5.tsv' index 67 using 1:2 with lines linewidth 0.6 linecolor rgb '#009e73' dashtype solid notitle, \
    'figure-5.tsv' index 68 using 1:2 with lines linewidth 0.6 linecolor rgb '#009e73' dashtype solid notitle, \
    'figure-5.tsv' index 69 using 1:2 with lines linewidth 0.6 linecolor rgb '#009e73' dashtype solid notitle, \
    'figure-5.tsv' index 70 using 1:2 with lines linewidth 0.6 linecolor rgb '#808080' dashtype (1.2,1.6) notitle, \
    'figure-5.tsv' index 71 using 1:2 with lines linewidth 0.6 linecolor rgb '#808080' dashtype (1.2,1.6) notitle, \
    'figure-5.tsv' index 72 using 1:2 with lines linewidth 0.6 linecolor rgb '#808080' dashtype (1.2,1.6) notitle, \
    'figure-5.tsv' index 73 using 1:2 with lines linewidth 1 linecolor rgb '#cc79a7' dashtype solid notitle, \
    'figure-5.tsv' index 74 using 1:2 with points pointtype 5 pointsize 0.45 linewidth 0.7 linecolor rgb '#cc79a7' notitle, \
    'figure-5.tsv' index 75 using 1:2 with lines linewidth 1 linecolor rgb '#cc79a7' dashtype (5,2) notitle, \
    'figure-5.tsv' index 76 using 1:2 with points pointtype 4 pointsize 0.45 linewidth 0.7 linecolor rgb '#cc79a7' notitle, \
    'figure-5.tsv' index 77 using 1:2 with lines linewidth 1 linecolor rgb '#009e73' dashtype (1.2,1.6) notitle, \
    'figure-5.tsv' index 78 using 1:2 with points pointtype 13 pointsize 0.45 linewidth 0.7 linecolor rgb '#009e73' notitle, \
    'figure-5.tsv' index 79 using 1:2 with lines linewidth 1 linecolor rgb '#009e73' dashtype solid notitle, \
    'figure-5.tsv' index 80 using 1:2 with points pointtype 9 pointsize 0.45 linewidth 0.7 linecolor rgb '#009e73' notitle

  # panel 3
  reset
  set datafile separator "\t"
  set lmargin at screen 0.73399
  set rmargin at screen 0.98148
  set bmargin at screen 0.15244
  set tmargin at screen 0.82317
  set border 15 linewidth 0.5
  set xrange [0:400]
  set xtics in mirror scale 0.5,0.25 font ',8' offset 0,0.35 ('0' 0, '100' 100, '200' 200, '300' 300, '400' 400)
  set yrange [0:1]
  set ytics in mirror scale 0.5,0.25 font ',8' offset 0.4,0 ('0.0' 0, '0.2' 0.2, '0.4' 0.4, '0.6' 0.6, '0.8' 0.8, '1.0' 1)
  set label '(c) reward' at screen 0.85774,0.86585 center noenhanced front
  set label 'update tokens (thousands)' at screen 0.85774,0.03659 center noenhanced front
  set label 'mean reward' at screen 0.68642,0.4878 center rotate by 90 noenhanced front
  unset colorbox
  plot 'figure-5.tsv' index 81 using 1:2 with lines linewidth 0.6 linecolor rgb '#0072b2' dashtype solid notitle, \
    'figure-5.tsv' index 82 using 1:2 with lines linewidth 0.6 linecolor rgb '#0072b2' dashtype solid notitle, \
    'figure-5.tsv' index 83 using 1:2 with lines linewidth 0.6 linecolor rgb '#0072b2' dashtype solid notitle, \
    'figure-5.tsv' index 84 using 1:2 with lines linewidth 0.6 linecolor rgb '#0072b2' dashtype solid notitle, \
    'figure-5.tsv' index 85 using 1:2 with lines linewidth 0.6 linecolor rgb '#0072b2' dashtype solid notitle, \
    'figure-5.tsv' index 86 using 1:2 with lines linewidth 0.6 linecolor rgb '#0072b2' dashtype solid notitle, \
    'figure-5.tsv' index 87 using 1:2 with lines linewidth 0.6 linecolor rgb '#0072b2' dashtype solid notitle, \
    'figure-5.tsv' index 88 using 1:2 with lines linewidth 0.6 linecolor rgb '#cc79a7' dashtype solid notitle, \
    'figure-5.tsv' index 89 using 1:2 with lines linewidth 0.6 linecolor rgb '#cc79a7' dashtype solid notitle, \
    'figure-5.tsv' index 90 using 1:2 with lines linewidth 0.6 linecolor rgb '#cc79a7' dashtype solid notitle, \
    'figure-5.tsv' index 91 using 1:2 with lines linewidth 0.6 linecolor rgb '#cc79a7' dashtype solid notitle, \
    'figure-5.tsv' index 92 using 1:2 with lines linewidth 0.6 linecolor rgb '#cc79a7' dashtype solid notitle, \
    'figure-5.tsv' index 93 using 1:2 with lines linewidth 0.6 linecolor rgb '#cc79a7' dashtype solid notitle, \
    'figure-5.tsv' index 94 using 1:2 with lines linewidth 0.6 linecolor rgb '#cc79a7' dashtype solid notitle, \
    'figure-5.tsv' index 95 using 1:2 with lines linewidth 0.6 linecolor rgb '#cc79a7' dashtype solid notitle, \
    'figure-5.tsv' index 96 using 1:2 with lines linewidth 0.6 linecolor rgb '#cc79a7' dashtype solid notitle, \
    'figure-5.tsv' index 97 using 1:2 with lines linewidth 0.6 linecolor rgb '#cc79a7' dashtype solid notitle, \
    'figure-5.tsv' index 98 using 1:2 with lines linewidth 0.6 linecolor rgb '#cc79a7' dashtype solid notitle, \
    'figure-5.tsv' index 99 using 1:2 with lines linewidth 0.6 linecolor rgb '#cc79a7' dashtype solid notitle, \
    'figure-5.tsv' index 100 using 1:2 with lines linewidth 0.6 linecolor rgb '#cc79a7' dashtype solid notitle, \
    'figure-5.tsv' index 101 using 1:2 with lines linewidth 0.6 linecolor rgb '#009e73' dashtype solid notitle, \
    'figure-5.tsv' index 102 using 1:2 with lines linewidth 0.6 linecolor rgb '#009e73' dashtype solid notitle, \
    'figure-5.tsv' index 103 using 1:2 with lines linewidth 0.6 linecolor rgb '#009e73' dashtype solid notitle, \
    'figure-5.tsv' index 104 using 1:2 with lines linewidth 0.6 linecolor rgb '#009e73' dashtype solid notitle, \
    'figure-5.tsv' index 105 using 1:2 with lines linewidth 0.6 linecolor rgb '#009e73' dashtype solid notitle, \
    'figure-5.tsv' index 106 using 1:2 with lines linewidth 0.6 linecolor rgb '#009e73' dashtype solid notitle, \
    'figure-5.tsv' index 107 using 1:2 with lines linewidth 0.6 linecolor rgb '#009e73' dashtype solid notitle, \
    'figure-5.tsv' index 108 using 1:2 with lines linewidth 0.6 linecolor rgb '#009e73' dashtype solid notitle, \
    'figure-5.tsv' index 109 using 1:2 with lines linewidth 0.6 linecolor rgb '#009e73' dashtype solid notitle, \
    'figure-5.tsv' index 110 using 1:2 with lines linewidth 0.6 linecolor rgb '#009e73' dashtype solid notitle, \
    'figure-5.tsv' index 111 using 1:2 with lines linewidth 0.6 linecolor rgb '#009e73' dashtype solid notitle, \
    'figure-5.tsv' index 112 using 1:2 with lines linewidth 0.6 linecolor rgb '#009e73' dashtype solid notitle, \
    'figure-5.tsv' index 113 using 1:2 with lines linewidth 0.6 linecolor rgb '#009e73' dashtype solid notitle, \
    'figure-5.tsv' index 114 using 1:2 with lines linewidth 0.6 linecolor rgb '#009e73' dashtype solid notitle, \
    'figure-5.tsv' index 115 using 1:2 with lines linewidth 0.6 linecolor rgb '#808080' dashtype (1.2,1.6) notitle, \
    'figure-5.tsv' index 116 using 1:2 with lines linewidth 0.6 linecolor rgb '#808080' dashtype (1.2,1.6) notitle, \
    'figure-5.tsv' index 117 using 1:2 with lines linewidth 1 linecolor rgb '#0072b2' dashtype solid notitle, \
    'figure-5.tsv' index 118 using 1:2 with points pointtype 7 pointsize 0.45 linewidth 0.7 linecolor rgb '#0072b2' notitle, \
    'figure-5.tsv' index 119 using 1:2 with lines linewidth 1 linecolor rgb '#cc79a7' dashtype solid notitle, \
    'figure-5.tsv' index 120 using 1:2 with points pointtype 5 pointsize 0.45 linewidth 0.7 linecolor rgb '#cc79a7' notitle, \
    'figure-5.tsv' index 121 using 1:2 with lines linewidth 1 linecolor rgb '#cc79a7' dashtype (5,2) notitle, \
    'figure-5.tsv' index 122 using 1:2 with points pointtype 4 pointsize 0.45 linewidth 0.7 linecolor rgb '#cc79a7' notitle, \
    'figure-5.tsv' index 123 using 1:2 with lines linewidth 1 linecolor rgb '#009e73' dashtype (1.2,1.6) notitle, \
    'figure-5.tsv' index 124 using 1:2 with points pointtype 13 pointsize 0.45 linewidth 0.7 linecolor rgb '#009e73' notitle, \
    'figure-5.tsv' index 125 using 1:2 with lines linewidth 1 linecolor rgb '#009e73' dashtype solid notitle, \
    'figure-5.tsv' index 126 using 1:2 with points pointtype 9 pointsize 0.45 linewidth 0.7 linecolor rgb '#009e73' notitle

  unset multiplot
  set output
}
